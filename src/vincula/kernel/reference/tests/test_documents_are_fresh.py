"""What is generated and committed says what the declarations say."""

from pathlib import Path

import pytest

from vincula.kernel.reference import glossary

ROOT = Path(__file__).resolve().parents[5]


@pytest.mark.parametrize("name", ["GLOSSARY.md", "docs/reference/entities.md"])
def test_generated_documents_are_up_to_date(name: str) -> None:
    if not (ROOT / "pyproject.toml").exists():
        pytest.skip("installed without its repository")
    assert (ROOT / name).read_text() == glossary.documents()[name], "run: vincula reference"
