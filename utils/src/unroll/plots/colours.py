"""The colours of all figures, and each gate's colour in drawings of cells."""

from matplotlib.colors import to_rgb
from matplotlib.typing import ColorType

# Okabe and Ito's colours, without yellow, which is hard to see on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
INK = "#222222"
# Update, reset, forget and output gate; c is the candidate. Tints of the palette, light enough for dark letters.
GATE_COLOURS = {"u": "#CFE4F2", "r": "#FBE3CF", "f": "#CDEBDD", "o": "#F3DDEA", "c": "#FFF3CC"}
# For letters on white: the palette's blue, and its vermilion and green as dark as small print needs.
LETTERS = ("#0072B2", "#B84A00", "#007F5C")


def contrast(one: ColorType, other: ColorType) -> float:
    """How well two colours can be told apart, from 1 to 21; letters need 4.5 (WCAG 2.1, success criterion 1.4.3)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def letters_on(ground: ColorType) -> str:
    """Black or white, whichever is easier to read on a ground."""
    return max("black", "white", key=lambda letters: contrast(letters, ground))


def _luminance(colour: ColorType) -> float:
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour))
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
