"""A tiny knowledge base of two made-up Compacts."""

from pathlib import Path

from knowledge.base import Knowledge
from knowledge.loading import load

NORTHSHIRE = """
compact:
  id: northshire
  name: Northshire Compact
  title: The Northshire Compact between the council and the voluntary sector
  year: 2018
  status: in-force
  partners: {public: [Northshire Council], vcse: [Northshire Voluntary Action]}
  parties: {public: Northshire Council, vcse: Northshire Voluntary Action}
  named: [northshire, north shire]
sections:
  - {id: money, title: Money, place: Section 1}
commitments:
  - id: northshire.money.1
    section: money
    party: public
    kind: undertaking
    force: must
    topics: [notice]
    says: The council gives three months' written notice before funding ends.
    source: Section 1, 1st point
    period:
      amount: 3
      unit: months
      limit: minimum
      first: {event: the council gives notice, cues: [told, notice, letter]}
      last: {event: the funding ends, cues: [ends, stops, cut]}
  - id: northshire.money.2
    section: money
    party: vcse
    kind: undertaking
    force: should
    topics: [notice]
    says: Groups tell the council early when they mean to close a funded service.
    source: Section 1, 2nd point
  - id: northshire.money.3
    section: money
    party: public
    kind: undertaking
    force: must
    topics: [payment, notice]
    says: The council pays invoices within 30 days.
    source: Section 1, 3rd point
  - id: northshire.money.4
    section: money
    party: both
    kind: value
    force: states
    topics: [notice]
    says: Both sides talk early about endings.
    source: Section 1, 4th point
  - id: northshire.money.5
    section: money
    party: vcse
    kind: undertaking
    force: must
    topics: [costs]
    says: Groups work out the full cost of a service before they bid.
    source: Section 1, 5th point
  - id: northshire.money.6
    section: money
    party: both
    kind: value
    force: must
    topics: [meetings]
    says: Both sides come to meetings.
    source: Section 1, 6th point
"""

WESTMERE = """
compact:
  id: westmere
  name: Westmere Compact
  title: The Westmere Compact between the hospital and the voluntary sector
  year: 2020
  status: in-force
  partners: {public: [Westmere Hospital], vcse: [Westmere Volunteers]}
  parties: {public: Westmere Hospital, vcse: Westmere Volunteers}
  named: [westmere]
sections:
  - {id: care, title: Care, place: Part A}
commitments:
  - id: westmere.care.1
    section: care
    party: public
    kind: undertaking
    force: should
    topics: [notice]
    says: The hospital says six weeks beforehand that support will end.
    source: Part A, 1st point
  - id: westmere.care.2
    section: care
    party: public
    kind: undertaking
    force: must
    topics: [costs]
    says: The hospital accepts overheads as part of the price.
    source: Part A, 2nd point
  - id: westmere.care.3
    section: care
    party: vcse
    kind: undertaking
    force: must
    topics: [volunteers]
    says: Groups pay their volunteers' expenses.
    source: Part A, 3rd point
"""

SHARED = """
themes:
  - {id: everything, title: Everything}
topics:
  - id: notice
    theme: everything
    title: Notice before funding ends
    asked:
      - how much notice must be given before a grant ends
      - how long before our funding stops should we hear
      - length of warning before a cut
  - id: payment
    theme: everything
    title: Being paid on time
    asked:
      - when will our invoice be paid
      - how many days does payment take
      - late payment of a bill
  - id: costs
    theme: everything
    title: Overheads and the real price
    asked:
      - can we charge overheads such as rent and heating
      - full cost recovery in a bid
      - who pays for management time
  - id: volunteers
    theme: everything
    title: Expenses of volunteers
    asked:
      - are bus fares refunded to helpers
      - what may volunteers claim back for travel
  - id: meetings
    theme: everything
    title: Coming to meetings
    asked:
      - who is invited to the planning board
      - can an organisation send somebody to quarterly meetings
  - id: logos
    theme: everything
    title: Using a logo
    asked:
      - may we print the emblem on a leaflet
not-covered:
  - id: redundancy
    title: Redundancy pay
    says: The Compacts say nothing about redundancy.
    instead: Ask Acas.
    asked:
      - what redundancy money are workers owed
      - our employee was laid off and wants compensation
  - id: parking
    title: Parking permits
    says: The Compacts say nothing about parking.
    instead: Ask the council's parking office.
    asked:
      - where do I get a permit for my car
      - parking fine appeal
glossary:
  - {term: FCR, also: [full cost recovery], meaning: All that a service costs., topics: [costs]}
  - {term: SLA, also: [service level agreement], meaning: A contract in plain words.}
  - {term: Covenant, also: [the Armed Forces Covenant], meaning: A promise to those who serve.}
  - {term: Marking, meaning: Giving points to bids.}
  - {term: Mission drift, meaning: Being led away from a charity's purpose.}
synonyms:
  - [fcr, full cost recovery, true cost]
  - [bill, invoice, invoices]
parties-called:
  public: [council, councils, commissioner, public bodies]
  vcse: [charity, charities, voluntary sector, voluntary group]
"""


def small_knowledge(folder: Path) -> Knowledge:
    """The knowledge base above, by way of files in `folder`."""
    for name, text in (("northshire", NORTHSHIRE), ("westmere", WESTMERE), ("shared", SHARED)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load([folder])
