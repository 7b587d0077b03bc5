package struct LuaReading {
    package struct Warning: Sendable, Equatable { var name = ""; var line = 0; var message = "" }
    package init(_ text: String) {}
    package var calledCommands: [(name: String, line: Int)] { [] }
    package var literalReturns: Set<Int>? { nil }
    package var warnings: [Warning] { [] }
}
