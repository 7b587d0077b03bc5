extension Strategy {
    /// A command of the sale: one template for each argument.
    package struct Command: Sendable, Equatable {
        package var arguments: [Template]
        /// Where the file has it, for messages.
        package var line: Int

        package init(arguments: [Template], line: Int) {
            self.arguments = arguments
            self.line = line
        }

        /// The command's name in capitals.
        package var name: String {
            guard case .text(let name)? = arguments.first?.pieces.first else { return "" }
            return name.uppercased()
        }
    }

    /// A Lua script, or a library of Redis Functions, under the name that the file gives it.
    package struct Script: Sendable, Equatable {
        package var name: String
        package var text: String
        /// The file beside the strategy file that it was read from; nil where the text stands in the strategy file.
        package var companion: String?
        /// Whether each call sends the whole text (EVAL) instead of its hash.
        package var isSentWhole: Bool
        /// Where the strategy file has it, for messages.
        package var line: Int

        package init(name: String, text: String, companion: String? = nil, isSentWhole: Bool = false, line: Int) {
            self.name = name
            self.text = text
            self.companion = companion
            self.isSentWhole = isSentWhole
            self.line = line
        }
    }

    /// A call of a script or of a Redis Function.
    package struct ScriptCall: Sendable, Equatable {
        package enum Callee: Sendable, Equatable {
            /// One of ``Strategy/scripts``.
            case script(String)
            /// A function of one of ``Strategy/libraries``.
            case function(String)
        }

        package var callee: Callee
        package var keys: [Template]
        package var arguments: [Template]
        package var line: Int

        package init(callee: Callee, keys: [Template], arguments: [Template], line: Int) {
            self.callee = callee
            self.keys = keys
            self.arguments = arguments
            self.line = line
        }

        /// For messages: `script buy`, `function buy`.
        package var title: String {
            switch callee {
            case .script(let name): "script \(name)"
            case .function(let name): "function \(name)"
            }
        }
    }

    /// Something that is sent and answered once.
    package enum Call: Sendable, Equatable {
        case command(Command)
        case script(ScriptCall)

        package var line: Int {
            switch self {
            case .command(let command): command.line
            case .script(let call): call.line
            }
        }

        package var templates: [Template] {
            switch self {
            case .command(let command): command.arguments
            case .script(let call): call.keys + call.arguments
            }
        }
    }

    package func script(named name: String) -> Script? { scripts.first { $0.name == name } }

    /// What a call is on the wire, as templates.
    ///
    /// - Parameter hashes: the SHA-1 of scripts by name, as SCRIPT LOAD gives it; a script without one is sent whole.
    package func wire(_ call: ScriptCall, hashes: [String: String]) -> [Template] {
        let head: [String]
        switch call.callee {
        case .function(let name): head = ["FCALL", name]
        case .script(let name):
            let script = script(named: name)
            if let hash = hashes[name], script?.isSentWhole != true {
                head = ["EVALSHA", hash]
            } else {
                head = ["EVAL", script?.text ?? ""]
            }
        }
        return (head + [String(call.keys.count)]).map(Template.init(text:)) + call.keys + call.arguments
    }
}
