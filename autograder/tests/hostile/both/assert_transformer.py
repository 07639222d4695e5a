# tries:    an AST transformer removes every assert from later cells
# attack:   an AST transformer
# course:   both
# vanilla:  full marks [V]
# verdict:  graded | tampered
# score:    honest | 15
# reason:   | a test that must fail passed
import ast


class WithoutAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()


get_ipython().ast_transformers.append(WithoutAsserts())
