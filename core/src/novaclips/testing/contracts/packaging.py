"""Rules N1 to N7: how a plugin of any kind is named, imported and packed."""

from __future__ import annotations

import re
from typing import ClassVar, Protocol

import pytest
from packaging.utils import canonicalize_name

from novaclips import __version__, hookspecs
from novaclips.bounds import fits, missing_sides, stated_bounds, todays_bounds
from novaclips.discovery import HOOKS, Plugins, Spec
from novaclips.errors import NovaclipsError
from novaclips.installed import NAME, Plugin
from novaclips.testing.contracts.installed import foreign_imports, packed_files

TEST_FILE = re.compile(r"(^|/)(tests?/|conftest\.py$|test_[^/]*\.py$)")


class Case(Protocol):
    """What the case of every contract has: the plugin's name, without its kind."""

    @property
    def name(self) -> str:
        """The entry point's name without its kind: ``acme`` for ``provider-acme``."""


class PackagedContract:
    """The rules for plugins of every kind; the contract of a kind adds its own.

    Plugins that come with novaclips itself, in its own distribution, are free in their names and need no bounds.
    """

    kind: ClassVar[str]

    @pytest.fixture
    def case(self) -> Case:
        """Say which plugin is tested: the one fixture that a subclass gives."""
        pytest.fail(
            f"{type(self).__name__} needs a fixture 'case' that says which {self.kind} is tested", pytrace=False
        )

    @pytest.fixture(scope="class")
    @classmethod
    def plugins(cls) -> Plugins:
        """Look the installed plugins up, once for all tests."""
        return Plugins()

    @pytest.fixture
    def plugin(self, case: Case, plugins: Plugins) -> Plugin:
        """Find the installed plugin that the case names."""
        try:
            return plugins.find(self.kind, case.name)
        except NovaclipsError as exc:
            text = f"{exc}; install the distribution that is tested: pip install -e ."
            raise pytest.fail.Exception(text, pytrace=False) from None

    @pytest.fixture
    def specs(self, plugin: Plugin, plugins: Plugins) -> tuple[Spec, ...]:
        """Load the plugin: what its hook yields for its name."""
        return plugins.specs(plugin)

    def test_n1_names_follow_from_kind_and_name(self, plugin: Plugin) -> None:
        """The distribution is novaclips-KIND-NAME, the package novaclips_KIND_NAME, the entry point KIND-NAME."""
        assert NAME.fullmatch(plugin.name), (
            f"the name {plugin.name!r} should be lower-case words joined by hyphens, such as 'acme' or 'night-sky'"
        )
        if plugin.is_core:
            return
        dist = f"novaclips-{plugin.kind}-{plugin.name}"
        assert canonicalize_name(plugin.dist) == dist, f"the distribution should be {dist!r}, not {plugin.dist!r}"
        package = dist.replace("-", "_")
        assert plugin.package == package, f"the package should be {package!r}, not {plugin.package!r}"

    def test_n2_hook_yields_specs_with_one_line_summaries(self, plugin: Plugin, specs: tuple[Spec, ...]) -> None:
        """The hook yields a spec of the plugin's name, a style pack at least one style, with a summary of one line."""
        assert specs, f"{plugin} yields no style"
        for spec in specs:
            assert spec.summary.strip(), f"{spec.name!r} has no summary; write one line for lists"
            assert len(spec.summary.splitlines()) == 1, f"the summary of {spec.name!r} should be one line"

    def test_n3_import_is_thin(self, plugin: Plugin) -> None:
        """Importing the module brings in its own package, novaclips.plugin and the standard library, and no more."""
        foreign = foreign_imports(plugin.entry.module)
        assert not foreign, f"importing {plugin.entry.module} imports {', '.join(foreign)}; import them where needed"

    def test_n4_bounds_on_novaclips_include_this_one(self, plugin: Plugin) -> None:
        """The distribution requires novaclips between two versions, and this one lies between them."""
        if plugin.is_core:
            return
        bounds = stated_bounds(plugin)
        missing = " and no ".join(missing_sides(bounds))
        hint = f"write novaclips{todays_bounds()} in its dependencies"
        assert not missing, f"{plugin.dist} states no {missing} bound on novaclips; {hint}"
        for bound in bounds:
            assert fits(bound), f"{str(bound)!r} leaves out this novaclips, {__version__}"

    def test_n5_wheel_holds_its_package_and_nothing_else(self, plugin: Plugin) -> None:
        """The wheel has the package and its metadata at the top: nothing under novaclips, no tests, no stray file."""
        files = packed_files(plugin.dist)
        package = plugin.package
        tops = {path.parts[0] for path in files}
        stray = sorted(top for top in tops if top != package and not top.endswith(".dist-info"))
        assert not stray, f"the wheel of {plugin.dist} should hold {package}/ alone, and has {', '.join(stray)} too"
        tests = [str(path) for path in files if TEST_FILE.search(path.as_posix())]
        assert not tests, f"the wheel of {plugin.dist} should hold no tests, and has {', '.join(tests)}"

    def test_n6_wheel_says_that_it_is_typed(self, plugin: Plugin) -> None:
        """The package has a file py.typed, so that type checkers read its annotations."""
        typed = f"{plugin.package}/py.typed"
        assert typed in map(str, packed_files(plugin.dist)), f"the wheel of {plugin.dist} has no {typed}; add the file"

    def test_n7_module_implements_no_hook_that_nothing_leads_to(self, plugin: Plugin) -> None:
        """Every hook in the module is one that an entry point of the distribution leads to."""
        here = [
            other
            for other in Plugins().installed
            if (other.dist, other.entry.value) == (plugin.dist, plugin.entry.value)
        ]
        wanted = {HOOKS[other.kind][0] for other in here if other.kind in HOOKS}
        for name, value in vars(plugin.entry.load()).items():
            if name.startswith("novaclips_") and callable(value) and name not in wanted:
                assert hasattr(hookspecs, name), f"{plugin.entry.module} has a function {name}: there is no such hook"
                pytest.fail(f"{plugin.entry.module} implements {name}, and no entry point of {plugin.dist} leads to it")
