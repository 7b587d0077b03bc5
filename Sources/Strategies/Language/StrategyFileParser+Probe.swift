internal import Yams

/// `stock:`: how the units left are read.
extension StrategyFileParser {
    /// One probe, or a list of them that have to agree.
    func probes(_ node: Node) throws(StrategyFileError) -> [Strategy.Probe] {
        // A list of texts is one command, by its arguments.
        guard case .sequence(let items) = node, items.contains(where: { if case .mapping = $0 { true } else { false } })
        else { return [try probe(node)] }
        var probes: [Strategy.Probe] = []
        for item in items { probes.append(try probe(item)) }
        return probes
    }

    func probe(_ node: Node) throws(StrategyFileError) -> Strategy.Probe {
        guard case .mapping(let mapping) = node, !callsScript(mapping) else {
            return Strategy.Probe([.init(.call(try call(node, of: "stock", variables: shelfVariables)))])
        }
        let entries = try reader.map(
            node, of: "stock", known: ["read", "total", "minus", "sum", "by-item", "below-zero", "missing"])
        var belowZeroIsSoldOut = false
        if let below = entries["below-zero"] {
            guard try reader.text(below, "below-zero") == "sold-out" else {
                throw reader.error(
                    "below-zero: only sold-out can stand here: refused buyers count on, and a number below 0 means that nothing is left",
                    below)
            }
            belowZeroIsSoldOut = true
        }
        if let missing = entries["missing"], entries["read"] == nil {
            throw reader.error(
                "missing: belongs to the read: that may be answered with nil, as in minus: { read: GET {sold}, missing: 0 }",
                missing)
        }
        if let table = entries["by-item"] {
            guard entries.keys.allSatisfy({ ["by-item", "below-zero"].contains($0) }) else {
                throw reader.error(
                    "by-item: one answer has the number of every item, such as HGETALL {stock}; it stands alone, or with below-zero:",
                    table)
            }
            var probe = Strategy.Probe(
                [.init(.call(try call(table, of: "by-item", variables: Self.saleVariables)))],
                belowZeroIsSoldOut: belowZeroIsSoldOut)
            probe.isByItem = true
            return probe
        }
        let terms: [Strategy.Probe.Term]
        switch (entries["read"], entries["total"], entries["minus"], entries["sum"]) {
        case (let read?, nil, nil, nil): terms = try [reading(read, missing: entries["missing"])]
        case (nil, let total?, let minus?, nil):
            terms = try self.terms(total, of: "total") + self.terms(minus, of: "minus", areSubtracted: true)
        case (nil, nil, nil, let sum?): terms = try self.sum(sum, of: "sum")
        default:
            throw reader.error(
                "stock is one command, or a map with total: and minus:, or with sum:, or with read:, or with by-item:",
                node)
        }
        let probe = Strategy.Probe(terms, belowZeroIsSoldOut: belowZeroIsSoldOut)
        guard !probe.calls.isEmpty else {
            throw reader.error("stock: one number at least has to be read from the server, as by GET {stock}", node)
        }
        return probe
    }

    /// One side of a difference: a command, a number, `{ read: …, missing: 0 }`, or `{ sum: [ …, … ] }` of these.
    private func terms(
        _ node: Node, of what: String, areSubtracted: Bool = false
    ) throws(StrategyFileError) -> [Strategy.Probe.Term] {
        var terms: [Strategy.Probe.Term]
        if case .mapping(let mapping) = node, !callsScript(mapping) {
            let entries = try reader.map(node, of: what, known: ["read", "missing", "sum"])
            switch (entries["read"], entries["sum"], entries["missing"]) {
            case (let read?, nil, let missing): terms = try [reading(read, missing: missing)]
            case (nil, let list?, nil): terms = try sum(list, of: "\(what): sum")
            default:
                throw reader.error(
                    "\(what) is one command or number, or a map with read: and missing:, or with sum:", node)
            }
        } else if let number = try constant(node) {
            terms = [.init(.constant(number))]
        } else {
            terms = [.init(.call(try call(node, of: what, variables: shelfVariables)))]
        }
        if areSubtracted { for index in terms.indices { terms[index].isSubtracted = true } }
        return terms
    }

    /// `held:`: the units on hold, where `stock:` does not count them.
    func heldProbe(_ entries: [String: Node]) throws(StrategyFileError) -> Strategy.Probe? {
        guard let node = entries["held"] else { return nil }
        guard entries["phases"] != nil else {
            throw reader.error(
                "held: belongs to phases:; elsewhere stock: counts what is on hold as not sold (stock: { sum: [ … ] })",
                node)
        }
        return try probe(node)
    }

    private func sum(_ node: Node, of what: String) throws(StrategyFileError) -> [Strategy.Probe.Term] {
        var terms: [Strategy.Probe.Term] = []
        for item in try reader.list(node, what) { terms += try self.terms(item, of: "a command of \(what)") }
        guard !terms.isEmpty else { throw reader.error("\(what): has no commands", node) }
        return terms
    }

    private func reading(_ node: Node, missing: Node?) throws(StrategyFileError) -> Strategy.Probe.Term {
        let call = try call(node, of: "read", variables: shelfVariables)
        guard let missing else { return .init(.call(call)) }
        guard let number = try constant(missing) else {
            throw reader.error(
                "missing: the number that a key which is not there stands for is wanted, 0 or \"{units}\"; found \(reader.describe(missing))",
                missing)
        }
        return .init(.call(call), missing: number)
    }

    /// A number that is the same for the whole sale: `100`, `"{units}"`, `"{units - 5}"`; nil for anything else.
    private func constant(_ node: Node) throws(StrategyFileError) -> Template.Expression? {
        guard case .scalar(let scalar) = node else { return nil }
        if let number = Int(scalar.string) {
            guard number.magnitude <= Reply.largestNumber else {
                throw reader.error("\(number): no number of a sale is that large", node)
            }
            return Template.Expression(terms: [.init(value: .integer(number))])
        }
        guard scalar.string.hasPrefix("{") else { return nil }
        let template = try located(node) { () throws(TemplateParser.Problem) in
            try templates(variables: shelfVariables).template(scalar.string)
        }
        guard template.pieces.count == 1, case .expression(let expression) = template.pieces[0],
            expression.constant(units: 1) != nil
        else { return nil }
        return expression
    }

    private func callsScript(_ mapping: Node.Mapping) -> Bool {
        mapping.keys.contains { (["script", "function"] + Self.storeKinds).contains($0.string ?? "") }
    }
}
