import FlashSale
import Testing

/// Units with names: what must be found, and beside each the nearest right sale, which must not be accused.
@Suite struct NamedUnitsTests {
    static let sales: [NamedSale] = [
        // Sold twice.
        NamedSale("one code for two buyers", ["a", "b", "a"], says: "both buyers were sold unit a"),
        NamedSale("three codes for three buyers", ["a", "b", "c"], .upheld, says: "3 units with names were sold"),
        NamedSale("one name for two units", ["a", "b", "a"], .upheld) { $0.forSale = .listed(["a", "a", "b"]) },
        NamedSale("three of a name of which there are two", ["a", "a", "a"], says: "only 2") {
            $0.forSale = .listed(["a", "a", "b"])
        },
        NamedSale("two purchases of one buyer", ["a"], says: "both purchases were sold unit a") {
            $0.win("a", buyer: 1)
        },
        NamedSale("nobody lists what is for sale", ["a", "a"]) { $0.forSale = nil },
        NamedSale("nobody lists it, and all differ", ["x", "y"], .upheld, says: "which were for sale is not known") {
            $0.forSale = nil
        },
        NamedSale("names that differ in one letter", ["a", "A"], .upheld) { $0.forSale = nil },
        NamedSale("a unit that was given back before", ["a"], .upheld) { $0.add(.returned, "a") },
        NamedSale("a unit that a lost answer may have", ["a"], .upheld) { $0.add(.unknown, "a") },
        NamedSale("a unit that an order gives to a lost answer", ["a"]) { sale in
            sale.add(.unknown, "a")
            sale.order(["a": 1, "b": 2])
            sale.orders?[1].unit = nil
        },
        NamedSale("one call was given one unit twice", ["a;a"], says: "one call was sold unit a twice") { _ in },
        NamedSale("one call was given two units", ["a;b"], .upheld),
        // Never for sale.
        NamedSale("a code that was never for sale", ["a", "x"], says: "unit x was never for sale"),
        NamedSale("a returned code that was never for sale", ["a"], says: "unit x was never for sale") {
            $0.add(.returned, "x")
        },
        NamedSale("an unknown code that was never for sale", ["a"], .upheld) { $0.add(.unknown, "x") },
        NamedSale("seats from 1", ["1", "3"], .upheld) { $0.forSale = .numbers(1...3) },
        NamedSale("a seat 0", ["1", "0"], says: "unit 0 was never for sale") { $0.forSale = .numbers(1...3) },
        NamedSale("a seat 01", ["01"], says: "unit 01 was never for sale") { $0.forSale = .numbers(1...3) },
        NamedSale("a negative seat", ["-1"], .upheld) { $0.forSale = .numbers(-1...1) },
        // A repeated call.
        NamedSale("a repeat with another name", [], says: "the same purchase was told different units") { sale in
            sale.idempotency = .purchase
            sale.win("a", purchase: 1)
            sale.win("b", purchase: 1)
        },
        NamedSale("a repeat with the same name", [], .upheld) { sale in
            sale.idempotency = .purchase
            sale.win("a", purchase: 1)
            sale.win("a", purchase: 1)
        },
        NamedSale("the same without the claim", []) { sale in
            sale.win("a", purchase: 1)
            sale.win("a", purchase: 1)
        },
        NamedSale("a repeat that tells no name", [], .upheld) { sale in
            sale.idempotency = .purchase
            sale.win("a", purchase: 1)
            sale.win("", purchase: 1)
        },
        NamedSale("repeats that each tell one of the two", [], .upheld) { sale in
            sale.idempotency = .purchase
            sale.win("a", purchase: 1, quantity: 2)
            sale.win("b", purchase: 1, quantity: 2)
        },
        NamedSale("two units in another order", [], .upheld) { sale in
            sale.idempotency = .buyer
            sale.win("a;b", buyer: 1)
            sale.win("b;a", buyer: 1)
        },
        NamedSale("a repeat's name that is somebody else's", [], says: "both buyers were sold unit b") { sale in
            sale.idempotency = .purchase
            sale.win("b", buyer: 9, purchase: 9)
            sale.win("", purchase: 1)
            sale.win("b", purchase: 1)
        },
        // Wins that do not say.
        NamedSale("some wins without a name", ["a", ""], .upheld, says: "1 more unit had no name"),
        NamedSale("no name at all", ["", ""], .notApplicable),
        NamedSale("a win that should have named its unit", ["a", ""], .inconclusive, says: "did not name its unit") {
            $0.attempts[1].isHole = true
        },
        NamedSale("a name twice beside one that is not told", ["a", "a", ""]) { $0.attempts[2].isHole = true },
        // Orders.
        NamedSale("orders that agree", ["a", "b"], .upheld, says: "as the orders say") { $0.order(["a": 1, "b": 2]) },
        NamedSale("orders that are changed over", ["a", "b"], says: "unit a is buyer 2's in the orders") {
            $0.order(["a": 2, "b": 1])
        },
        NamedSale("an order of another unit", ["a", "b"], says: "unit b is theirs, but their order is of c") {
            $0.order(["a": 1, "c": 2])
        },
        NamedSale("a unit in the orders of two", ["a", "b", "c"], says: "has orders of") { sale in
            sale.order(["a": 1, "b": 2, "c": 3])
            sale.orders?.append(.init(buyer: 2, unit: "a"))
            sale.unitsAreKeys = false
        },
        NamedSale("two of one name in the orders of two", ["a", "a", "b"], .upheld) { sale in
            sale.forSale = .listed(["a", "a", "b"])
            sale.orders = [.init(buyer: 1, unit: "a"), .init(buyer: 2, unit: "a"), .init(buyer: 3, unit: "b")]
            sale.unitsAreKeys = false
        },
        NamedSale("several units of a buyer", ["a;b", "c"], .upheld) { $0.order(["a": 1, "c": 2, "b": 1]) },
        NamedSale("one of several units is another's", ["a;b", "c"], says: "unit b is buyer 2's") {
            $0.order(["a": 1, "c": 2, "b": 2])
        },
        NamedSale("an order of a lost answer", ["a"], .upheld) { sale in
            sale.add(.unknown, "")
            sale.order(["a": 1, "b": 2])
        },
        NamedSale("two units of a buyer, one by a lost answer", ["a"], .upheld) { sale in
            sale.add(.unknown, "", buyer: 1)
            sale.order(["a": 1, "b": 1])
        },
        NamedSale("what an attempt was told is not its order's", ["a", "b"], says: "their order is of c") {
            $0.orderByAttempt([1: "a", 2: "c"])
        },
        NamedSale("a later order of a buyer took the place of one before", ["a"], .upheld) { sale in
            sale.win("b", buyer: 1)
            sale.orders = [.init(buyer: 1, unit: "b")]
            sale.unitsAreKeys = false
            sale.mergesRepeats = true
        },
        NamedSale("an order that took no place", ["a"], says: "unit a is theirs, but their order is of b") { sale in
            sale.win("b", buyer: 1)
            sale.orders = [.init(buyer: 1, unit: "b")]
            sale.unitsAreKeys = true
        },
        NamedSale("an order of the whole text of several", ["a;b", "c"], .upheld) {
            $0.orderByAttempt([1: "a,b", 2: "c"])
        },
        NamedSale("an order of a unit that nobody was told", ["a", "b"], says: "nobody was told so") { sale in
            sale.order(["a": 1, "b": 2, "c": 2])
        },
        NamedSale(
            "an order of a unit that was never for sale", [""], says: "unit x was never for sale, but is buyer 1's"
        ) {
            $0.order(["x": 1])
        },
        NamedSale("an order of a unit, and nobody told a name", ["", ""], .notApplicable) {
            $0.order(["a": 1, "b": 2])
        },
        NamedSale("one unit in two orders, and nobody told a name", ["", ""], says: "has orders of") { sale in
            sale.order(["a": 1])
            sale.orders?.append(.init(buyer: 2, unit: "a"))
            sale.unitsAreKeys = false
        },
        NamedSale("a win that does not name its unit has an order", ["a", ""], .upheld) {
            $0.order(["a": 1, "b": 2])
        },
    ]

    @Test(arguments: sales) func judged(_ sale: NamedSale) throws {
        let check = try #require(sale.checks.first { $0.name == .uniqueUnits })
        let text = ([check.detail] + check.evidence.map(\.detail)).joined(separator: "\n")
        #expect(check.result == sale.expected, "\(text)")
        #expect(text.contains(sale.says), "\(text)")
        #expect((sale.expected == .violated) == !check.evidence.isEmpty, "\(text)")
    }

    /// What is right in names is right for the orders' own check, too.
    @Test(arguments: sales.filter { $0.expected <= .upheld && $0.orders != nil })
    func ordersAreUpheld(_ sale: NamedSale) throws {
        let check = try #require(sale.checks.first { $0.name == .ledger })
        #expect(check.result == .upheld, "\(check.detail) \(check.evidence.map(\.detail))")
    }

    @Test("names and positions are judged together")
    func positionsToo() throws {
        var sale = NamedSale("", ["a", "b"], .upheld)
        sale.attempts[0].remaining = 2
        sale.attempts[1].remaining = 2
        let check = try #require(sale.checks.first { $0.name == .uniqueUnits })
        #expect(check.result == .violated && check.detail.contains("sold to more than one buyer"))
        sale.attempts[1].remaining = 1
        #expect(sale.checks.allSatisfy { $0.result != .violated })
    }

    @Test("the evidence is the same wherever the attempts lie, and shows each unit before one again")
    func evidence() throws {
        let sale = NamedSale("", ["a", "b", "a", "a", "b"])
        let check = try #require(sale.checks.first { $0.name == .uniqueUnits })
        #expect(check.evidence.map { $0.attempts.map(\.id) } == [[1, 3], [2, 5], [1, 4]])
        var other = sale
        other.attempts.reverse()
        #expect(other.checks == sale.checks)
    }

    @Test(arguments: [
        (["a"], "a"), (["a", "b"], "a;b"), (["a;b", "c"], "a\\;b;c"), (["\\", ";"], "\\\\;\\;"), (["x\\y"], "x\\\\y"),
    ])
    func text(_ names: [String], _ text: String) {
        #expect(UnitText.text(names) == text)
        #expect(UnitText.names(in: text) == names)
    }

    @Test("names of others that have no separator stay as they are", arguments: ["A 7", "a,b", "秒\"殺", "a\\b"])
    func foreign(_ name: String) { #expect(UnitText.names(in: name) == [name]) }

    @Test func shown() {
        #expect(UnitText.shown("A7\u{1B}[31m") == "A7\\x1b[31m")
        #expect(
            UnitText.shown(String(repeating: "x", count: 100)) == String(repeating: "x", count: 60) + "… (100 bytes)")
        #expect(UnitText.shown("座位 7") == "座位 7")
    }

    @Test("a table finds each of many names again")
    func table() {
        var table = NameTable()
        let names = (0..<5000).map { "name-\($0 * 7919 % 5003)" }
        for (index, name) in names.enumerated() { #expect(table.number(of: name) == index) }
        for (index, name) in names.enumerated() {
            #expect(table.known(name) == index && table.name(index) == name && table.number(of: name) == index)
        }
        #expect(table.known("name") == nil && table.count == 5000)
    }
}
