"""The rehearsal's Handlebars; what is expected here is what handlebars.js 4.7 gives."""

import pytest

from digest.rehearsal.handlebars import read


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("a {{{x}}} b", "a <&\"'`=> b"),
        ("a {{x}} b", "a &lt;&amp;&quot;&#x27;&#x60;&#x3D;&gt; b"),
        ("{{#if yes}}shown{{/if}}{{#if no}}hidden{{{missing}}}{{/if}}{{#if absent}}hidden{{/if}}.", "shown."),
        ("{{#if yes}}a{{#if empty}}b{{/if}}c{{/if}}", "ac"),
        ("{ {a} }} \\ }", "{ {a} }} \\ }"),
        # a line that holds nothing but the sign of a block goes
        ("a\n  {{#if yes}}\nb\n  {{/if}}\nc\n", "a\nb\nc\n"),
        ("{{#if yes}}\nb\n{{/if}}", "b\n"),
        ("{{#if yes}}\nb\n{{/if}}  ", "b\n"),
        ("a {{#if yes}}\nb\n{{/if}} c", "a \nb\n c"),
        ("a\n{{#if yes}}{{{empty}}}\nb\n{{{empty}}}{{/if}}\nc", "a\n\nb\n\nc"),
        ("{{#if yes}}{{/if}}\n", "\n"),
    ],
)
def test_it_fills_in_as_handlebars_does(template: str, filled: str) -> None:
    assert read(template).filled({"x": "<&\"'`=>", "yes": True, "no": False, "empty": ""}) == filled


@pytest.mark.parametrize(
    "template",
    [
        "{{",
        "{{ x }}",
        "{{{x}}",
        "{{{x}}}}",
        "{{#each x}}{{/each}}",
        "{{#if x}}",
        "{{/if}}",
        "\\{{x}}",
        "{{{{x}}}}",
        "{{!x}}",
    ],
)
def test_what_we_never_write_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"what is this|block"):
        read(template)


@pytest.mark.parametrize("values", [{}, {"x": 7}, {"x": None}])
def test_a_value_that_is_missing_or_no_text_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="value x"):
        read("{{{x}}}").filled(values)
