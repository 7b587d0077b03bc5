internal import ArgumentParser
internal import FlashSale
internal import Strategies

/// The flags that describe a sale of a service without a strategy file.
struct ServiceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Buy by this request, without a strategy file: 'POST http://127.0.0.1:8080/buy'. {buyer}, {purchase} and the like are filled in.",
            valueName: "request"))
    var http: String?

    @Option(help: ArgumentHelp("Of --http: the body, JSON or any text: '{\"user\":\"{buyer}\"}'.", valueName: "text"))
    var body: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Of --http: a header, such as 'Authorization: Bearer t{buyer}'. Can be repeated.", valueName: "header"))
    var header: [String] = []

    @Option(
        help: ArgumentHelp(
            "Of --http: the status by which a buyer won: 200, 200,201 or 2xx; or a condition such as 'json.ok == \"yes\"'.",
            valueName: "status"))
    var won: String?

    @Option(help: ArgumentHelp("Of --http: the status that says sold out, in the same way.", valueName: "status"))
    var soldOut: String?

    @Option(
        help: ArgumentHelp(
            "Of --http: the status after which a buyer tries again, in the same way. Default: 429.", valueName: "status"
        ))
    var conflict = "429"

    @Option(
        help: ArgumentHelp(
            "Of --http: what tells the units left: 'redis: GET stock:7', 'sql: SELECT left FROM stock at postgres://127.0.0.1/shop', 'http: GET /stock' or 'run: ./stock.sh'.",
            valueName: "question"))
    var stock: String?

    @Option(
        help: ArgumentHelp(
            "Of --http: what lists the orders, in the same way; --holds says what its columns are.",
            valueName: "question"))
    var ledger: String?

    @Option(
        help: ArgumentHelp(
            "Of --ledger: its columns from the left, separated by blanks: 'attempt u{buyer} quantity'.",
            valueName: "columns"))
    var holds: String?

    func validate() throws {
        guard http == nil else { return }
        let others: [(String, Bool)] = [
            ("--body", body != nil), ("--header", !header.isEmpty), ("--won", won != nil),
            ("--sold-out", soldOut != nil),
            ("--stock", stock != nil), ("--ledger", ledger != nil), ("--holds", holds != nil),
        ]
        if let other = others.first(where: \.1) {
            throw ValidationError(
                "\(other.0) belongs to --http 'POST http://127.0.0.1:8080/buy'; a strategy file says it itself")
        }
    }

    /// The strategy that the flags describe; nil where they describe none.
    ///
    /// - Parameter strategy: what `--strategy` says; nil where it says nothing.
    /// - Throws: ``RunError`` with 64 where something is missing or cannot be read.
    func load(beside strategy: String?) throws(RunError) -> (strategy: Strategy, source: Scenario.StrategySource)? {
        guard let http else { return nil }
        if let strategy {
            throw RunError(
                .usage,
                "--http says how to buy, and so does --strategy \(ForeignText.shown(strategy)); leave one of them out")
        }
        let yaml = try ServiceSaleText(self, request: http).yaml()
        do throws(StrategyFileError) {
            return (
                try StrategyFile.parse(yaml, file: "--http"),
                Scenario.StrategySource(name: ServiceSaleText.name, yaml: yaml)
            )
        } catch {
            throw RunError(.usage, "--http: \(error.message)")
        }
    }
}
