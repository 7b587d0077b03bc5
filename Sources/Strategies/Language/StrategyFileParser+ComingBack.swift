internal import FlashSale
internal import Yams

/// Units that come back by themselves, or come to the sale later.
extension StrategyFileParser {
    private static let restockLimit = 100
    private static let longestLapseDays = 30

    /// `lapses: 5s`, in nanoseconds.
    func lapses(_ node: Node) throws(StrategyFileError) -> UInt64 {
        let nanoseconds = try duration(node, "lapses", atMostDays: Self.longestLapseDays)
        guard nanoseconds > 0 else {
            throw reader.error(
                "lapses: the least time is wanted for which units are held that are not sold, such as 5s; found 0", node
            )
        }
        return nanoseconds
    }

    /// `restock: [ { at: 2s, units: 50, send: "INCRBY {stock} 50" } ]`, in the order of their times.
    func restocks(_ node: Node) throws(StrategyFileError) -> [Strategy.Restocking] {
        var restocks: [Strategy.Restocking] = []
        for item in try reader.list(node, "restock") { restocks.append(try restock(item)) }
        guard (1...Self.restockLimit).contains(restocks.count) else {
            throw reader.error(
                "restock: 1 to \(Self.restockLimit) steps are wanted; found \(restocks.count)", node)
        }
        return restocks.enumerated().sorted {
            ($0.element.atNanoseconds, $0.offset) < ($1.element.atNanoseconds, $1.offset)
        }.map(\.element)
    }

    private func restock(_ node: Node) throws(StrategyFileError) -> Strategy.Restocking {
        let what = "a step of restock"
        let entries = try reader.map(
            node, of: what, known: ["at", "units", "send", "script", "function", "keys", "args"])
        let at = try duration(try reader.required(entries, key: "at", of: what, at: node), "restock: at", atMostDays: 1)
        let units = try restockUnits(try reader.required(entries, key: "units", of: what, at: node))
        let call: Strategy.Call
        if let command = entries["send"] {
            guard let other = ["script", "function", "keys", "args"].first(where: { entries[$0] != nil }) else {
                call = try self.call(command, of: "restock: send", variables: Self.saleVariables)
                return Strategy.Restocking(
                    atNanoseconds: at, units: units, call: call, line: reader.line(of: node))
            }
            throw reader.error("\(what) with send: has no \(other):", entries[other])
        }
        guard let scriptCall = try scriptCall(entries, at: node, variables: Self.saleVariables) else {
            throw reader.error(
                "\(what) has one of send:, script: and function:, which gives the units, such as send: INCRBY {stock} 50",
                node)
        }
        return Strategy.Restocking(
            atNanoseconds: at, units: units, call: .script(scriptCall), line: reader.line(of: node))
    }

    /// `50`, or `"{units}"` and sums with it.
    private func restockUnits(_ node: Node) throws(StrategyFileError) -> Template.Expression {
        let text = try reader.text(node, "restock: units")
        if Int(text) != nil {
            let number = try number(node, of: "restock: units", in: Scenario.Bounds.units)
            return Template.Expression(terms: [.init(value: .integer(number))])
        }
        let parser = TemplateParser(variables: [.units])
        let template = try located(node) { () throws(TemplateParser.Problem) in try parser.template(text) }
        guard template.pieces.count == 1, case .expression(let expression) = template.pieces[0],
            !expression.terms.contains(where: { $0.value.isRandomRange })
        else {
            throw reader.error(
                "restock: units: how many units it gives is wanted, such as 50 or \"{units}\"; found "
                    + (text.isEmpty ? "nothing" : text), node)
        }
        return expression
    }

    func duration(_ node: Node, _ what: String, atMostDays days: Int) throws(StrategyFileError) -> UInt64 {
        let text = try reader.text(node, what)
        do throws(DurationText.Problem) {
            return UInt64(try DurationText.microseconds(text, atMostDays: days)) * 1000
        } catch {
            throw reader.error("\(what): \(error.message)", node)
        }
    }
}
