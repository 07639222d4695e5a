# tries:    an endless loop in the solution cell
# attack:   endless loop
# course:   judged
# vanilla:  untried
# verdict:  time limit
# score:    honest
# reason:   was stopped; the others were run
while True:
    pass
