# tries:    thousands of display messages
# attack:   floods of output
# course:   judged
# vanilla:  untried
# verdict:  output limit
# score:    honest
# reason:   which was cut
from IPython.display import display

for number in range(3_000):
    display(number)
