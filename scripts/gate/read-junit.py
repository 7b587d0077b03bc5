"""Reads JUnit XML as a pipeline does, and says what it found as JSON.

    /usr/bin/python3 scripts/gate/read-junit.py junit.xml

Ends with 1 where the file breaks a rule of the schema of Ant's JUnit reports, the strictest of those in use; Surefire's and
Jenkins' allow more. junitparser, which is somebody else's, has to read the same from it as the tags say.
"""
import json
import re
import sys
import xml.etree.ElementTree as tree

import junitparser

SUITE = ["name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time"]
TIME = re.compile(r"\d+\.\d{1,3}")
COUNTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def expect(holds, rule):
    if not holds:
        sys.exit(f"the schema is broken: {rule}")


def check_case(case):
    expect(set(case.attrib) == {"name", "classname", "time"}, f"attributes of a case: {case.attrib}")
    expect(case.get("name").strip() and case.get("classname").strip(), "a case has a name and a class")
    expect(TIME.fullmatch(case.get("time")), f"time of a case: {case.get('time')}")
    expect(len(case) <= 1, f"{case.get('name')} has more than one end")
    for end in case:
        expect(end.tag in COUNTS.values(), f"the end {end.tag}")
        expect(len(end) == 0, "an end holds text only")
        allowed = {"message"} if end.tag == "skipped" else {"message", "type"}
        expect(set(end.attrib) == allowed, f"attributes of {end.tag}: {end.attrib}")


def check_suite(suite, index):
    expect(set(suite.attrib) == set(SUITE), f"attributes of a suite: {sorted(suite.attrib)}")
    expect(suite.get("id") == str(index), "ids count from 0")
    expect(suite.get("name").strip() and suite.get("hostname").strip(), "a suite has a name and a host")
    expect(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp")), suite.get("timestamp"))
    expect(TIME.fullmatch(suite.get("time")), f"time of a suite: {suite.get('time')}")
    tags = [child.tag for child in suite]
    cases = suite.findall("testcase")
    expect(
        tags == ["properties"] + ["testcase"] * len(cases) + ["system-out", "system-err"], f"order of a suite: {tags}")
    expect(suite.get("tests") == str(len(cases)), "tests are counted")
    for count, tag in COUNTS.items():
        found = sum(case.find(tag) is not None for case in cases)
        expect(suite.get(count) == str(found), f"{count}: {suite.get(count)} is said, {found} are there")
    for one in suite.find("properties"):
        expect(one.tag == "property" and set(one.attrib) == {"name", "value"} and one.get("name"), "a property")
    for case in cases:
        check_case(case)


def read(path):
    """What junitparser makes of it."""
    suites = []
    for suite in junitparser.JUnitXml.fromfile(path):
        cases = []
        for case in suite:
            # One end or none, whichever version of the library it is.
            result = case.result[0] if isinstance(case.result, list) and case.result else case.result or None
            cases.append({
                "name": case.name, "class": case.classname,
                "result": "passed" if result is None else type(result).__name__.lower(),
                "message": result.message if result is not None else None,
                "type": result.type if result is not None else None,
                "text": result.text if result is not None else None,
            })
        properties = {one.name: one.value for one in suite.properties()}
        suites.append({
            "name": suite.name, "tests": suite.tests, "failures": suite.failures, "errors": suite.errors,
            "skipped": suite.skipped, "properties": properties, "cases": cases,
        })
    return suites


def main(path):
    root = tree.parse(path).getroot()
    expect(root.tag == "testsuites" and not root.attrib, "the root is testsuites, without attributes")
    expect(len(root) > 0 and all(child.tag == "testsuite" for child in root), "the root holds suites")
    for index, suite in enumerate(root):
        check_suite(suite, index)
    suites = read(path)
    for suite, element in zip(suites, root):
        # The library has no name for it.
        suite["output"] = element.findtext("system-out")
    json.dump(suites, sys.stdout, indent=1)


if __name__ == "__main__":
    main(sys.argv[1])
