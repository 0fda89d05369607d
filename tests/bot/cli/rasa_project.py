"""A Rasa project with everything that an importer meets, by the files of it."""

from collections.abc import Mapping

FILES: Mapping[str, str] = {
    "config.yml": """\
recipe: default.v1
language: en
pipeline:
- name: WhitespaceTokenizer
- name: DIETClassifier
  epochs: 100
- name: DucklingEntityExtractor
  dimensions: [time, email]
policies:
- name: RulePolicy
""",
    "credentials.yml": "slack:\n  slack_token: xoxb\n",
    "domain/intents.yml": """\
version: "3.1"
intents:
- greet
- help
- book_table:
    use_entities: true
- inform
- faq
entities:
- cuisine
- city:
    roles: [from, to]
- time
""",
    "domain/slots.yml": """\
slots:
  cuisine:
    type: categorical
    values: [italian, thai]
    mappings:
    - type: from_entity
      entity: cuisine
  guests:
    type: float
    min_value: 1
    max_value: 12
    mappings:
    - type: from_entity
      entity: number
  outside:
    type: bool
    mappings:
    - type: from_intent
      intent: affirm
      value: true
  when:
    type: text
    mappings:
    - type: from_entity
      entity: time
  to_city:
    type: text
    mappings:
    - type: from_entity
      entity: city
      role: to
  name:
    type: text
    mappings:
    - type: from_text
      conditions:
      - active_loop: table_form
        requested_slot: name
  class:
    type: text
    initial_value: second
    mappings:
    - type: custom
      action: action_class
  mood:
    type: any
    mappings:
    - type: custom
forms:
  table_form:
    ignored_intents: [greet]
    required_slots: [cuisine, guests, outside, when, name]
  trip_form:
    required_slots: [to_city, class]
actions:
- action_reserve
- validate_table_form
""",
    "domain/responses.yml": """\
responses:
  utter_greet:
  - text: "Hello! \\"You\\" there: {brace"
  - text: Hi!
  utter_help:
  - text: |
      I book tables.
      And trips.
    buttons:
    - title: A table
      payload: /book_table
    - title: Italian
      payload: '/book_table{"cuisine": "italian"}'
    - title: Hours
      payload: /faq/hours
  utter_ask_table_form_cuisine:
  - text: Which cuisine?
  utter_ask_guests:
  - text: How many guests for {cuisine}?
  utter_ask_name:
  - text: Under which name?
    buttons:
    - title: Ada L.
      payload: '/inform{"name": "Ada"}'
  utter_booked:
  - text: "Booked: {cuisine} for {guests}, {mood}."
    channel: slack
  - text: "Booked: {cuisine} for {name}."
  utter_goodbye:
  - text: Bye.
    image: https://example.org/bye.png
""",
    "data/nlu.yml": """\
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - good morning
- intent: help
  examples: |
    - what do you do
- intent: goodbye
  examples: |
    - see you later
- intent: book_table
  examples: |
    - a table please
    - [Thai]{"entity": "cuisine", "value": "thai"} food in [Rome]{"entity": "city", "role": "to"}
    - book [italian](cuisine)
- intent: travel
  examples: |
    - go from [Rome]{"entity": "city", "role": "from"} to [Oslo]{"entity": "city", "role": "to"}
- intent: inform
  examples: |
    - [italian](cuisine) please
- intent: faq/hours
  examples: |
    - when are you open
- intent: faq/way
  examples:
  - text: |
      - where are you
    metadata:
      source: mail
- intent: complain
  examples: |
    - this is bad
- intent: out_of_scope
  examples: |
    - who won the match
- synonym: italian
  examples: |
    - pasta
- lookup: cuisine
  examples: |
    - italian
    - thai
- regex: zip
  examples: |
    - \\d{5}
- something: else
  examples: |
    - x
""",
    "data/responses.yml": """\
responses:
  utter_faq/hours:
  - text: From nine to six.
  utter_faq/way:
  - text: At the river.
""",
    "data/rules.yml": """\
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet
- rule: help
  steps:
  - intent: help
  - action: utter_help
- rule: a table
  steps:
  - intent: book_table
  - action: table_form
  - active_loop: table_form
- rule: a table is there
  condition:
  - active_loop: table_form
  steps:
  - action: table_form
  - active_loop: null
  - slot_was_set:
    - requested_slot: null
  - action: action_reserve
  - action: utter_booked
- rule: faq
  steps:
  - intent: faq
  - action: utter_faq
- rule: complaints
  condition:
  - slot_was_set:
    - mood: bad
  steps:
  - intent: complain
  - action: action_call
""",
    "data/stories.yml": """\
stories:
- story: bye
  steps:
  - intent: greet
  - action: utter_help
  - or:
    - intent: goodbye
    - intent: leave
  - action: utter_goodbye
- story: a trip
  steps:
  - intent: travel
  - action: trip_form
  - active_loop: trip_form
  - active_loop: null
  - checkpoint: travelled
""",
    "tests/test_stories.yml": """\
stories:
- story: hello and a table
  steps:
  - user: |
      good morning
    intent: greet
  - action: utter_greet
  - user: |
      a table please
    intent: book_table
  - action: table_form
  - active_loop: table_form
  - user: |
      [italian](cuisine)
    intent: inform
  - slot_was_set:
    - cuisine: italian
    - requested_slot: guests
  - user: "4"
    intent: inform
  - slot_was_set:
    - guests: 4
    - name: null
  - user: "yes"
    intent: affirm
  - user: tomorrow at 19:00
    intent: inform
  - user: Ada
    intent: inform
  - action: table_form
  - active_loop: null
  - action: action_reserve
  - action: utter_booked
  - user: /faq/hours
    intent: faq/hours
  - action: utter_faq/hours
""",
}
