import Strategies

/// What services, programs and commands answer.
extension FuzzedReader {
    /// The first byte chooses a strategy, the second how many units an attempt wants; what is left are answers, up to the byte 1E
    /// each (``AnswerMaker``).
    static let answers = FuzzedReader(
        "answers", mostBytes: 512,
        words: [
            "\u{1E}", "200\n", "202\n", "409\n", "404\n", "429\n", "500\n", "503\n", "\n\n",
            "Set-Cookie: session=a; Path=/\n",
            "Location: /orders/7\n", "Retry-After: 1\n", "{\"left\":3}", "{\"order\":\"A1\"}", "{\"token\":\"t\"}",
            "{\"outcome\":\"won\"}", "{\"outcome\":\"sold-out\"}", "\"unit\":\"A1\"", "\"remaining\":4", "[", "]",
            "null",
        ],
        examples: {
            let texts = [
                "200\nContent-Type: application/json\nSet-Cookie: session=\"a b\"; HttpOnly\n\n{\"left\":3,\"order\":\"A1\",\"token\":\"x\\n\"}",
                "409\n\nsold out", "503\nRetry-After: 5\n\n", "302\nLocation: /orders/\u{E4}\r\nlocation: b\n\n",
                "{\"id\":1,\"outcome\":\"won\",\"remaining\":4,\"unit\":\"A12\"}",
                "{\"outcome\":\"unknown\",\"why\":\"lost\"}",
                "\u{0}{\"left\":3}", "\u{3}", "\u{7F}no",
            ]
            return sales.indices.flatMap { sale in
                texts.indices.map { index in
                    [UInt8(sale), UInt8(index % 4)]
                        + Array([texts[index], texts[0], "", texts[4], texts[6]].joined(separator: "\u{1E}").utf8)
                }
            }
        }
    ) { (input) throws(BrokenPromise) in
        guard input.count > 2 else { return }
        let sale = sales[Int(input[0]) % sales.count]
        let bytes = Array(input[2...])
        let quantity = Int(input[1]) % 4 + 1
        let played = try PlayedAttempts(sale, bytes: bytes, quantity: quantity).play(most: 64)
        let again = try PlayedAttempts(sale, bytes: bytes, quantity: quantity).play(most: 64)
        try BrokenPromise.unless(played == again, "the same answers mean \(played.results), then \(again.results)")
        try HeaderModel.check(bytes, status: 100 + Int(input[1]))
    }

    /// Sales of services and programs, compiled once.
    private static let sales: [PlayedAttempts.Prepared] = salesOfServices.compactMap { text in
        (try? StrategyFile.parse(String(decoding: text, as: UTF8.self), file: "example.yaml"))
            .map(PlayedAttempts.Prepared.init)
    }

    /// Strategy files whose buyers ask a service or a program.
    static let salesOfServices: [[UInt8]] =
        csv([manySteps, shortProgram, manyCommands])
        + ["consumer", "node-pool", "python-flask", "sql-cart", "sql-only", "sql-reserve"].flatMap {
            Repository.files(in: "examples/shops/\($0)", ending: ".yaml")
        } + Repository.files(in: "examples/programs", ending: ".yaml")

    private static let manySteps = """
        strategy: many-steps
        summary: signs in, reserves, pays, and cancels whatever comes of it
        service: http://127.0.0.1:8080
        sign-in:
          - http: POST /login
            body: { form: { user: "c{client}", password: "a b&c" } }
            as: { token: json.token, session: cookie.session }
        open: [ { http: "POST /admin/items/7/stock", body: { json: { units: "{units}" } } } ]
        buy:
          - http: POST /reserve/{token}?n={quantity}
            headers: { Authorization: "Bearer {token}", Cookie: "session={session}" }
            body: { json: { user: "u{buyer}", quantity: "{quantity}", note: "{session}", more: [ 1.5, true, null, "x{token}" ] } }
            outcomes:
              - { when: "status == 409", then: sold-out }
              - { when: 'json.error == "limit"', then: duplicate }
              - { when: "status == 429", then: conflict }
              - { when: "status in 400..499", then: failed }
            as: { place: header.location, left: json.left, whole: body }
          - http: PUT /pay/{place}
            if: left >= 0
            body: { text: "{whole}" }
            outcomes:
              - { when: "status == 200", then: won, remaining: json.left, unit: json.order }
              - { when: "body == /paid.*/", then: won, remaining: "{left - 1}", unit: "{place}" }
              - { when: "header.x-sold == yes", then: sold-out }
          - finish: unknown
        finally:
          - http: DELETE /reserve/{place}
        idempotent: purchase
        stock: { http: GET /stock, rows: data.left }
        """

    private static let shortProgram = """
        strategy: short-program
        summary: a program that says more than the protocol has
        keys: { stock: "{sale}:stock" }
        buy:
          - program: [ "python3", "driver.py" ]
            each: worker
            concurrent: true
            outcomes:
              - { when: 'json.code == 0', then: won, remaining: json.left, unit: json.units }
              - { when: 'json.code == 1', then: sold-out }
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """

    private static let manyCommands = """
        strategy: many-commands
        summary: a command reserves, another one pays with what the first printed
        keys: { stock: "{sale}:stock" }
        buy:
          - command: [ "./reserve.sh", "{buyer}", "--quantity={quantity}" ]
            outcomes:
              - { when: exit == 3, then: sold-out }
              - { when: exit in 64..78, then: failed }
            as: { order: json.order, said: text }
          - command: [ "./pay.sh", "{order}", "{said}", "" ]
            outcomes:
              - { when: exit == 0, then: won, remaining: json.left }
              - { when: text == busy, then: conflict }
        finally:
          - command: [ "./tidy.sh", "{said}" ]
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """
}
