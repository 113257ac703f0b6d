// The token that a form proves its origin with. Signing in again, in another tab, changes it: what was open before goes
// on with the new one.

export const newToken = () => document.cookie.match(/(?:^|; )[\w-]*-csrf=([^;]*)/)?.[1];

export const renewToken = (form) => {
  const field = form.querySelector("input[name=csrfmiddlewaretoken]");
  if (field) {
    field.value = newToken() ?? field.value;
  }
};
