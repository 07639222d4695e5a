"""The colours of all figures, and each gate's colour in drawings of cells."""

# Okabe and Ito's colours, without yellow, which is hard to see on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
INK = "#222222"
# Update, reset, forget and output gate; c is the candidate. Tints of the palette, light enough for dark letters.
GATE_COLOURS = {"u": "#CFE4F2", "r": "#FBE3CF", "f": "#CDEBDD", "o": "#F3DDEA", "c": "#FFF3CC"}
