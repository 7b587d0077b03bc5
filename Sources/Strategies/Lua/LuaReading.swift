/// What can be said of a Lua script for Redis without running it: the commands it calls, the integers it returns, and
/// mistakes that scripts of flash sales often make. It says nothing where it is not sure, and nothing of what comes
/// after a place that is no Lua 5.1.
package struct LuaReading: Sendable {
    /// A mistake that the script very likely makes.
    package struct Warning: Sendable, Equatable {
        /// What sort of mistake: `zero-is-true`, `string-comparison`, `pcall-ignored`, `undeclared-key` or
        /// `global-variable`.
        package var name: String
        /// The line of the script, from 1.
        package var line: Int
        /// What is wrong, why, and what to write instead.
        package var message: String

        package init(name: String, line: Int, message: String) {
            self.name = name
            self.line = line
            self.message = message
        }
    }

    /// The commands that `redis.call`, `redis.pcall` and Valkey's `server.call` are given by name, in capitals and in
    /// the order of the script, with the line of the call. Names that are only known at run time are missing.
    package var calledCommands: [(name: String, line: Int)]
    /// The integers that the script can return, if each of its returns outside of functions gives one that is written
    /// out and its last statement is a return; otherwise nil.
    package var literalReturns: Set<Int>?
    /// In the order of lines, each name once a line.
    package var warnings: [Warning]

    /// Reads a script. Never fails; takes time in proportion to the text.
    package init(_ text: String) {
        let walk = LuaWalk.over(LuaLexer.tokens(of: text))
        calledCommands = walk.calledCommands
        let returned = walk.returns.compactMap { $0 }
        literalReturns = walk.endsInReturn && returned.count == walk.returns.count ? Set(returned) : nil
        warnings = []
        var names: Set<String> = []
        for (_, warning) in walk.warnings.sorted(by: { $0.token < $1.token }) {
            if warning.line != warnings.last?.line { names = [] }
            if names.insert(warning.name).inserted { warnings.append(warning) }
        }
    }
}
