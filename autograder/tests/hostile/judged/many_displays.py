# tries:    six hundred display messages
# attack:   floods of output
# course:   judged
# vanilla:  untried
# verdict:  output limit
# score:    honest
# reason:   which was cut
from IPython.display import display

for number in range(600):
    display(number)
