# tries:    an input transformer turns every later cell into 10
# attack:   an input transformer
# course:   both
# vanilla:  untried
# verdict:  graded | tampered
# score:    0 | 10
# reason:   | a test that must fail passed
get_ipython().input_transformers_post.append(lambda lines: ["10\n"])
