# tries:    scripts, event handlers, frames and forms in outputs, errors and answers, for the instructor's browser
# attack:   markup in outputs; control characters
# course:   both
# vanilla:  runs in the instructor's browser [V]
# verdict:  graded
# score:    honest
# reason:
from IPython.display import HTML, Javascript, Markdown, display

evil = "<script>evil()</script><img src=x onerror=evil()><iframe src=//evil></iframe><form action=//evil>"
display(HTML(evil), Javascript("evil()"), Markdown(f"{evil}[x](javascript:evil())"))
display({"image/svg+xml": f"<svg onload=evil()>{evil}</svg>", "text/html": f"</div></main>{evil}"}, raw=True)
print(evil, "\x1b[2J\x1b[8mhidden\u202egnp.exe\u2066\x00")


def rnn_step(x, a, W_ax, W_aa, b_a):
    raise ValueError(f"\u202e{evil} ✓ a batch\x1b[1A\n  ✓ a batch")
