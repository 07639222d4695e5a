# tries:    fifteen hundred display messages
# attack:   floods of output
# course:   judged
# vanilla:  untried
# verdict:  output limit
# score:    honest
# reason:   which was cut
from IPython.display import display

for number in range(1_500):
    display(number)
