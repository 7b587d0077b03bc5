package struct LuaReading {
    package init(_ text: String) {}
    package var calledCommands: [(name: String, line: Int)] { [] }
}
