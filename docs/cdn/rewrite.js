// A CloudFront function (viewer request) for a bucket that Allclear publishes to; other CDNs take it nearly as it is.
// An object store looks at paths only, and a few public addresses are continued by ?page=, ?component= and ?since=.
function handler(event) {
  var request = event.request;
  function given(name) {
    var value = (request.querystring[name] || {}).value || "";
    return /^[0-9a-z]{1,32}$/.test(value) ? value : "";
  }
  if (request.uri === "/") {
    request.uri = "/index.html";
  } else if (request.uri === "/history" || request.uri === "/uptime") {
    request.uri += (given("component") && "/" + given("component")) + "/" + (given("page") || "1") + ".html";
  } else if (request.uri === "/feed.json" && /^[0-9]+$/.test(given("since"))) {
    request.uri = "/changes/" + (Math.floor(Number(given("since")) / 100) + 1) + ".json";
  }
  request.querystring = {};
  return request;
}
