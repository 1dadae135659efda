"""The glossary of lesson 0: each word stands with the lesson that explains it first."""

import re
from pathlib import Path

import nbformat
import pytest

SOLUTIONS = Path(__file__).resolve().parent.parent / "notebooks" / "solutions"
NAMES = sorted(path.name for path in SOLUTIONS.glob("*.ipynb"))
ROW = re.compile(r"^\| \*\*(.+?)\*\* \| (.+?) \| \[(\d+)\]\((.+?)\) \|$", flags=re.M)
# Words that everyday language has as well: what to look for instead.
IN_USE = {
    "value": r"value\*{0,2} of a state",
    "return": r"return\*{0,2}, the sum",
    "weight": r"weights\*{0,2} w\b|active weight",
    "batch": r"batch\w*\*{0,2} of \d+ states",
}


def glossary() -> dict[str, tuple[str, int, str]]:
    """Return {word: (meaning, lesson, file)}."""
    cells = nbformat.read(SOLUTIONS / NAMES[0], as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.id.startswith("words-"))
    rows = ROW.findall(text)
    assert len(rows) == len({word for word, *_ in rows}) == text.count("\n| **")
    return {word: (meaning, int(lesson), file) for word, meaning, lesson, file in rows}


GLOSSARY = glossary()
every_word = pytest.mark.parametrize("word", GLOSSARY)


def prose(number: int) -> list[tuple[str, str]]:
    """Return (cell id, text without code, formulas and addresses) of a lesson's prose."""
    cells = nbformat.read(SOLUTIONS / NAMES[number], as_version=4).cells
    shown = []
    for cell in cells:
        if cell.cell_type == "markdown" and not cell.id.startswith("words"):
            text = re.sub(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$", "", cell.source, flags=re.S)
            text = re.sub(r"^#+ .*$", "", text, flags=re.M)  # a heading announces
            shown.append((cell.id, text))
    return shown


PROSE = [prose(number) for number in range(len(NAMES))]


def used(word: str, text: str) -> bool:
    """Say whether a text uses a word, in the singular or the plural."""
    plain = re.sub(r"\]\([^)]*\)", "]", text)
    return bool(re.search(IN_USE.get(word, rf"\b{word}s?\b"), plain, flags=re.I))


def explains(word: str, text: str) -> bool:
    """Say whether a word is emphasised in a text: that is where it is explained."""
    emphasised = re.findall(r"\*{1,2}([^*\n]+)\*{1,2}", text)
    return any(re.search(rf"\b{word}(s|es)?\b", part, flags=re.I) for part in emphasised)


def points_to(lesson: int, text: str) -> bool:
    """Say whether a text names a lesson from this one on: "lesson 6", or a link to its file."""
    named = [int(number) for number in re.findall(r"\blessons? (\d+)", text, flags=re.I)]
    linked = [int(number) for number in re.findall(r"\]\((\d\d)_", text)]
    return any(number >= lesson for number in named + linked)


@every_word
def test_the_lesson_is_there_and_has_its_own_number(word):
    meaning, lesson, file = GLOSSARY[word]
    assert file == NAMES[lesson] and 2 <= len(meaning.split()) <= 25


@every_word
def test_a_word_is_emphasised_in_the_lesson_that_explains_it(word):
    _, lesson, _ = GLOSSARY[word]
    inside = [text for cell, text in PROSE[lesson] if cell not in ("title", "summary", "quiz")]
    assert any(explains(word, text) for text in inside)


@every_word
def test_a_word_is_not_used_before_it_is_explained(word):
    """No earlier lesson uses it without pointing on, and no earlier cell of its own does."""
    _, lesson, _ = GLOSSARY[word]
    early = []
    for number in range(lesson):
        pointed = False  # once a lesson has named the other, it may go on using the word
        for cell, text in PROSE[number]:
            if cell == "title":  # it says what will be learnt
                continue
            pointed = pointed or used(word, text) and points_to(lesson, text)
            if used(word, text) and not pointed:
                early.append(f"{number}: {cell}")
    for cell, text in PROSE[lesson]:
        if cell != "title":
            if explains(word, text):
                break
            if used(word, text):
                early.append(f"{lesson}: {cell}")
    assert early == []


def test_the_lessons_follow_one_another_in_the_glossary():
    lessons = [lesson for _, lesson, _ in GLOSSARY.values()]
    assert lessons == sorted(lessons) and set(lessons) == set(range(1, len(NAMES)))


def test_a_word_used_too_early_is_found():
    assert used("action value", "All action values are guesses.")
    assert not used("value", "five values come back")
    assert explains("DQN", "with a **DQN**, a deep Q-network") and not explains("DQN", "a DQN")
    assert points_to(11, "A DQN (lesson 11) has more.") and not points_to(11, "(lesson 10)")
    assert points_to(3, "[Next](03_q_learning.ipynb)")
