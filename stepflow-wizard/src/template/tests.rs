//! What templates print, and what they cannot do.

use serde_json::{Map, Value, json};

use super::{Escape, Template, TemplateContext, TemplateErrorKind, TemplateOptions};

fn answers() -> Map<String, Value> {
    let answers = json!({
        "name": "Ada", "price": 12.5, "count": 3, "agree": true, "nothing": null, "half": 2.0, "html": "<b>&",
        "guests": ["Bob", "Eve"], "address": { "city": "Paris", "zip": "75001" }, "evil": "{{ 7 * 7 }}{% raw %}",
        "stage_name": "shadow", "_secret": "hidden", "data": "shadow", "bank": "shadow",
    });
    answers.as_object().cloned().unwrap_or_default()
}

fn rendered(source: &str, escape: Escape) -> Result<String, super::TemplateError> {
    let data = answers();
    let records = [json!({ "name": "Bob", "age": 7 }), json!({ "name": "Eve", "age": 9 })];
    let context = TemplateContext::new(&data)
        .with("stage_name", "confirm")
        .with("history", json!(["welcome", "confirm"]))
        .with_bank("guests", &records);
    Template::parse(source)?.render(&context, escape)
}

#[test]
fn every_construct_of_the_originals_templates_is_rendered() {
    for (source, expected) in [
        ("Hello {{ name }}!", "Hello Ada!"),
        ("{{ address.city }} {{ address['zip'] }}", "Paris 75001"),
        ("{{ missing|default('none given') }}", "none given"),
        ("[{{ missing }}]", "[]"),
        ("{{ guests|join(', ') }} ({{ guests|length }})", "Bob, Eve (2)"),
        ("{{ \"%.0f\"|format(price) }} {{ '%s-%d'|format(name, count) }}", "12 Ada-3"),
        ("{{ price * 2 + count }}", "28.0"),
        ("{{ 'yes' if agree else 'no' }}", "yes"),
        ("{% if count > 5 %}many{% elif count > 2 %}some{% else %}few{% endif %}", "some"),
        ("a  {%- if agree -%}  b  {%- endif -%}  c", "abc"),
        ("{% for guest in guests %}{{ loop.index }}:{{ guest }} {% endfor %}", "1:Bob 2:Eve "),
        ("{% for k, v in address.items() %}{{ k }}={{ v }};{% endfor %}", "city=Paris;zip=75001;"),
        ("{{ bank('guests').count() }} {{ bank('other').count() }}", "2 0"),
        ("{% for r in bank('guests').all() %}{{ r.name }}{% endfor %}", "BobEve"),
        ("{{ bank('guests').find(name='Eve')[0].age }}", "9"),
        ("{{ address.get('city') }} {{ address.get('none', 'x') }}", "Paris x"),
        ("{{ name.upper() }} {{ name|lower }} {{ 'a-b'|title }}", "ADA ada A-B"),
        // Values are printed as Python prints them.
        ("{{ agree }} {{ nothing }} {{ half }} {{ guests }}", "True None 2.0 ['Bob', 'Eve']"),
        // What is a template in an answer stays text.
        ("{{ evil }}", "{{ 7 * 7 }}{% raw %}"),
        // Reserved names win, and answers are found under `data` all the same.
        ("{{ stage_name }} {{ data.stage_name }}", "confirm shadow"),
        ("{{ history|last }}", "confirm"),
        ("{{ collected_data._secret }}|{{ all_data._secret }}", "|hidden"),
        ("no template at all: {name}", "no template at all: {name}"),
    ] {
        assert_eq!(rendered(source, Escape::None).ok().as_deref(), Some(expected), "{source}");
    }
}

#[test]
fn values_are_made_safe_for_web_pages() {
    for (source, expected) in [
        ("<p>{{ html }}</p>", "<p>&lt;b&gt;&amp;</p>"),
        ("{{ guests }}", "[&#x27;Bob&#x27;, &#x27;Eve&#x27;]"),
        ("{{ html|safe }}", "<b>&"),
        ("{{ name }}", "Ada"),
    ] {
        assert_eq!(rendered(source, Escape::Html).ok().as_deref(), Some(expected), "{source}");
    }
}

#[test]
fn what_is_not_right_is_found_when_it_is_compiled() {
    for (source, expected) in [
        ("{{ name", "line 1, column"),
        ("Dear\n{% if name %}", "line 2"),
        ("{% include 'other' %}", "line 1"),
        ("{% extends 'other' %}", "line 1"),
        ("{{ name +* 2 }}", "line 1, column"),
    ] {
        let error = Template::parse(source).map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), TemplateErrorKind::Syntax, "{source}");
        assert!(error.to_string().starts_with(expected), "{source}: {error}");
        assert!(std::error::Error::source(&error).is_some());
    }
    let long = Template::parse(&"x".repeat(70_000)).map(|_| ()).unwrap_err();
    assert_eq!(long.kind(), TemplateErrorKind::SourceTooLong);
}

#[test]
fn rendering_is_bounded() {
    for (source, expected) in [
        (
            "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
            TemplateErrorKind::Fuel,
        ),
        ("{% for a in range(9000) %}{{ 'x' * 1000 }}{% endfor %}", TemplateErrorKind::OutputTooLong),
        ("{{ 'x' * 40000000 }}", TemplateErrorKind::OutputTooLong),
        ("{{ 'x' * 10000000000 }}", TemplateErrorKind::Operation),
        ("{% for a in range(10000000000) %}{% endfor %}", TemplateErrorKind::Operation),
        ("{{ missing.part }}", TemplateErrorKind::Undefined),
        ("{{ name / 2 }}", TemplateErrorKind::Operation),
    ] {
        let error = rendered(source, Escape::None).unwrap_err();
        assert_eq!(error.kind(), expected, "{source}: {error}");
    }
}

#[test]
fn nothing_leads_out_of_a_template() {
    for source in [
        "{{ ''.__class__.__mro__ }}",
        "{{ name.__init__.__globals__ }}",
        "{{ self.__class__ }}",
        "{{ debug() }}",
        "{{ config }}{{ request.application }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ lipsum.__globals__ }}",
        "{{ ''.format.__self__.__class__ }}",
    ] {
        let shown = rendered(source, Escape::None).unwrap_or_default();
        assert!(shown.is_empty(), "{source}: {shown}");
    }
}

#[test]
fn strict_templates_refuse_what_is_missing() {
    let data = answers();
    let context = TemplateContext::new(&data);
    for (source, missing) in [
        ("{{ absent }}", true),
        ("{% if absent %}{% endif %}", true),
        ("{{ address.absent }}", true),
        ("{{ absent|default('x') }}", false),
        ("{% if absent is defined %}{% endif %}", false),
    ] {
        let template = Template::parse_with(source, &TemplateOptions::strict()).unwrap();
        let found = template.render(&context, Escape::None);
        assert_eq!(found.is_err_and(|error| error.is_undefined()), missing, "{source}");
    }
}

#[test]
fn variables_are_those_that_a_template_does_not_set() {
    let source =
        "{{ name }}{% for g in guests %}{{ g }}{{ range(3) }}{% endfor %}{% set x = y %}{{ x }}{{ a.b }}";
    let template = Template::parse(source).unwrap();
    assert!(template.variables().iter().eq(["a", "guests", "name", "y"]));
    assert_eq!(template.source(), source);
    assert_eq!(template, Template::parse(source).unwrap());
}

#[test]
fn the_turn_wins_over_answers() {
    let (data, turn) = (answers(), Map::from_iter([("name".to_owned(), json!("Bob"))]));
    let context = TemplateContext::new(&data).with_turn(&turn);
    let template = Template::parse("{{ name }} {{ data.name }} {{ all_data.name }}").unwrap();
    assert_eq!(template.render(&context, Escape::None).unwrap(), "Bob Ada Bob");
}
