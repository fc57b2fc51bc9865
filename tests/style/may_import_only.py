"""An import-linter contract that reads like the dependency rule: what a package may import, and nothing else.

The contracts that come with import-linter name what is forbidden, so a new package would be free until somebody
remembers it. Here it is closed until somebody opens it. Direct imports are enough: what cannot be imported at any
step cannot be reached in several.
"""

import sys

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class MayImportOnly(Contract):
    """``packages`` may import themselves, ``may_import`` and, where ``libraries`` is given, only those libraries.

    The standard library is always open. A package that does not exist yet keeps the contract.
    """

    packages = fields.ListField(subfield=fields.StringField())
    may_import = fields.ListField(subfield=fields.StringField())
    libraries = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = []
        for package in self.packages:
            for module in sorted(_modules_of(package, graph)):
                for imported in sorted(graph.find_modules_directly_imported_by(module)):
                    if not self._is_allowed(package, imported):
                        details = graph.get_import_details(importer=module, imported=imported)
                        broken.append((module, imported, details[0]["line_number"]))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for module, imported, line in check.metadata["broken"]:
            output.print_error(f"- {module} may not import {imported} (line {line})", bold=False)

    def _is_allowed(self, package: str, imported: str) -> bool:
        if _is_in(imported, "handcart"):
            # The root package is the version and nothing else.
            return imported == "handcart" or any(_is_in(imported, each) for each in [package, *self.may_import])
        if self.libraries is None:
            return True
        return imported in sys.stdlib_module_names or imported in self.libraries


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _modules_of(package: str, graph: ImportGraph) -> set[str]:
    return {package, *graph.find_descendants(package)} if package in graph.modules else set()
