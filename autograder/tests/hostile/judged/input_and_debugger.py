# tries:    input(), a debugger and a breakpoint, which wait for a user
# attack:   input and debugger
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    15
# reason:
# %% scale-check
input("Your name?")
# %% words
1 / 0
# %% words
get_ipython().run_line_magic("debug", "")
# %% end
breakpoint()
