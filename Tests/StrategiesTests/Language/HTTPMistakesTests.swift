import Strategies
import Testing

/// Mistakes in steps that ask a service.
@Suite struct HTTPMistakesTests {
    private static let example = """
        strategy: service
        service: http://127.0.0.1:8080
        limit: 1
        open: [ { http: POST /open, body: { form: { units: "{units}" } } } ]
        buy:
          - http: POST /buy
            headers: { X-Buyer: "{buyer}" }
            body: { json: { user: "{buyer}" } }
            outcomes:
              - { when: status == 200, then: won, remaining: json.left }
              - { when: status == 409, then: sold-out }
        stock: { http: GET /stock }
        """

    private static let mistakes: [Mistake] = [
        Mistake("POST /buy", to: "/buy", line: 6, says: "a method and a path are wanted"),
        Mistake("POST /buy", to: "POST", line: 6, says: "a method and a path are wanted"),
        Mistake("POST /buy", to: "post /buy", line: 6, says: "a method and a path are wanted"),
        Mistake("POST /buy", to: "POST http://example.com/buy", line: 6, says: "stands under service:"),
        Mistake("POST /buy", to: "POST /buy now", line: 6, says: "write %20 for a blank"),
        Mistake("POST /buy", to: "'POST /buy#top'", line: 6, says: "a path has no blank"),
        Mistake("POST /buy", to: "'POST /buy{{ now}}'", line: 6, says: "a path has no blank"),
        Mistake("POST /buy", to: "\"POST /buy\\x01\"", line: 6, says: "a path has no blank"),
        Mistake("POST /buy", to: "'POST /buy/{byer}'", line: 6, says: "did you mean {buyer}"),
        Mistake("X-Buyer:", to: "'X Buyer':", line: 7, says: "is no name of a header"),
        Mistake("X-Buyer:", to: "Content-Length:", line: 7, says: "is set by the client itself"),
        Mistake("X-Buyer: \"{buyer}\"", to: "X: \"a\\nb\"", line: 7, says: "has a line end"),
        Mistake("headers: { X-Buyer: \"{buyer}\" }", to: "headers: [ a ]", line: 7, says: "a map of names and values"),
        Mistake("json: {", to: "xml: {", line: 8, says: "body has no key xml"),
        Mistake(
            "body: { json: { user: \"{buyer}\" } }", to: "body: {}", line: 8, says: "one of json:, form: and text:"),
        Mistake(
            "user: \"{buyer}\"", to: "user: \"{buyer\"", line: 8, says: "has no closing brace"),
        Mistake("when: status == 200", to: "when: 200", line: 10, says: "starts with status, header.NAME"),
        Mistake("when: status == 200", to: "when: status", line: 10, says: "a status is compared"),
        Mistake("when: status == 200", to: "when: status is 200", line: 10, says: "a status is compared"),
        Mistake("when: status == 200", to: "when: status in 500..400", line: 10, says: "a status is compared"),
        Mistake("when: status == 200", to: "when: json.code = 1", line: 10, says: "is wanted after the field"),
        Mistake("when: status == 200", to: "when: header. == 1", line: 10, says: "starts with status, header.NAME"),
        Mistake("when: status == 200", to: "when: body is 1", line: 10, says: "or a regular expression is wanted"),
        Mistake("remaining: json.left", to: "remaining: reply", line: 10, says: "status, header.location"),
        Mistake("- http: POST /buy", to: "- send: GET {stock}", line: 7, says: "a send step has no headers:"),
    ]

    @Test(arguments: mistakes) func isPointedAt(_ mistake: Mistake) throws { try mistake.check(in: Self.example) }

    @Test func theExampleItselfIsRight() throws {
        _ = try StrategyFile.parse(Self.example, file: "mine.yaml")
    }
}
