"""Texts that want to be more than text. Each would call ``jahat()`` or leave a mark if it ran."""

from __future__ import annotations

from itertools import count, cycle

# Breaks out of a text, of an attribute in either quote, and runs without being clicked.
BREAKER = "\"'><img/src=x onerror=jahat()>"
CORPUS = (
    "<script>jahat()</script>",
    "<ScRiPt data-jahat>jahat()</sCrIpT >",
    "<script/src=data:,jahat()></script>",
    "<<script>jahat()//<</script>",
    "<img src=x onerror=jahat()>",
    "<img src=`x`onerror=jahat()>",
    "<img data-jahat src=https://jahat.invalid/x.png>",
    "<svg onload=jahat()>",
    "<svg/onload=jahat()//",
    "<svg><script>jahat()</script></svg>",
    "<svg><animate data-jahat onbegin=jahat() attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><img src=x onerror=jahat()>",
    "<body onload=jahat()>",
    "<input autofocus data-jahat onfocus=jahat()>",
    "<details open data-jahat ontoggle=jahat()>",
    "<video data-jahat><source onerror=jahat()></video>",
    "<iframe data-jahat srcdoc='<script>parent.jahat()</script>'></iframe>",
    "<iframe data-jahat src=javascript:parent.jahat()></iframe>",
    "<object data-jahat data=javascript:jahat()></object>",
    "<embed data-jahat src=javascript:jahat()>",
    "<a data-jahat href=javascript:jahat()>klik</a>",
    "javascript:jahat()",
    "JaVaScRiPt&colon;jahat()",
    "data:text/html,<script>jahat()</script>",
    "<form data-jahat action=https://jahat.invalid/><button>x</button></form>",
    "<button data-jahat formaction=javascript:jahat()>x</button>",
    "<base data-jahat href=https://jahat.invalid/>",
    "<meta data-jahat http-equiv=refresh content=0;url=https://jahat.invalid/>",
    "<link data-jahat rel=stylesheet href=https://jahat.invalid/x.css>",
    "<style data-jahat>*{background:url(https://jahat.invalid/)}</style>",
    "</textarea><script>jahat()</script>",
    "</title><script>jahat()</script>",
    "</script><script>jahat()</script>",
    "</style><img src=x onerror=jahat()>",
    "--><img src=x onerror=jahat()>",
    "]]><img src=x onerror=jahat()>",
    "</option></select><img src=x onerror=jahat()>",
    '" onmouseover=jahat() autofocus onfocus=jahat() data-jahat="',
    "' onmouseover=jahat() autofocus onfocus=jahat() data-jahat='",
    '" hx-on::load=jahat() hx-get=/ hx-trigger=load data-jahat="',
    "';jahat();'",
    '\\";jahat();//',
    "${jahat()} `${jahat()}`",
    "{{7*7}} {% load x %} {{ constructor.constructor('jahat()')() }}",
    "&lt;script&gt;jahat()&lt;/script&gt;",
    "&#60;img src=x onerror=jahat()&#62;",
    "&quot;&gt;&lt;img src=x onerror=jahat()&gt;",
    "%3Cscript%3Ejahat()%3C/script%3E",
    "\\u003cimg src=x onerror=jahat()\\u003e",
    "+ADw-script+AD4-jahat()+ADw-/script+AD4-",
    "＜img src=x onerror=jahat()＞",
    "ʺ＞ ‹img› ´onerror=jahat()´",
    "background:url(javascript:jahat());width:expression(jahat())",
    "Zalgo h̷͓̎ë̶́r̵̈́ 🙂 محكمة",
)
# No field of the office takes these; a subject, a remark or the text of a file may.
UNSEEN = (
    "\u202egpj.<script>jahat()</script>\u202c",
    "<\u200bscript>jahat()</script>",
    "<img src=x\u2028onerror=jahat()>",
    "<scr\tipt>jahat()</scr\nipt>",
    "\ufeff<svg\x0conload=jahat()>",
)


class Hostile:
    """A word for ``plant``: the breaker and as many of the corpus as there is room for, in turn."""

    def __init__(self) -> None:
        self._numbers, self._rest = count(1), cycle(CORPUS)
        self.used: set[str] = set()

    def __call__(self, longest: int = 200) -> str:
        """Return the next word."""
        said = f"{next(self._numbers)}{BREAKER}"
        assert len(said) <= longest
        while longest > len(said):
            following = next(self._rest)
            if len(said) + len(following) + 1 > longest:
                break
            said = f"{said} {following}"
            self.used.add(following)
        return said
