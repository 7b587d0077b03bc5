extension Strategy {
    /// A command of the sale: one template for each argument.
    package struct Command: Sendable, Equatable {
        package var arguments: [Template]
        /// Whether arguments that name the item or its quantity are there for each line of the cart (`each: item`).
        package var isForEachLine = false
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
        /// The line of the strategy file that has the text's first line, where each line of the text is one of the file; nil for a
        /// text of another file, and where YAML has folded the lines.
        package var textLine: Int?

        package init(
            name: String, text: String, companion: String? = nil, isSentWhole: Bool = false, line: Int,
            textLine: Int? = nil
        ) {
            self.name = name
            self.text = text
            self.companion = companion
            self.isSentWhole = isSentWhole
            self.line = line
            self.textLine = textLine
        }
    }

    /// A call of a script or of a Redis Function.
    package struct ScriptCall: Sendable, Equatable {
        package enum Callee: Sendable, Equatable {
            /// One of ``Strategy/scripts``.
            case script(String)
            /// A function of one of ``Strategy/libraries``.
            case function(String)

            package var name: String {
                switch self {
                case .script(let name), .function(let name): name
                }
            }

            /// For messages: `script buy`, `function buy`.
            package var title: String {
                switch self {
                case .script(let name): "script \(name)"
                case .function(let name): "function \(name)"
                }
            }
        }

        package var callee: Callee
        package var keys: [Template]
        package var arguments: [Template]
        /// As ``Command/isForEachLine``, of keys and arguments.
        package var isForEachLine = false
        package var line: Int

        package init(callee: Callee, keys: [Template], arguments: [Template], line: Int) {
            self.callee = callee
            self.keys = keys
            self.arguments = arguments
            self.line = line
        }
    }

    /// Something that is sent and answered once.
    package enum Call: Sendable, Equatable {
        case command(Command)
        case script(ScriptCall)
        /// Asked of another store; no step of an attempt does.
        case query(StoreQuery)

        package var line: Int {
            switch self {
            case .command(let command): command.line
            case .script(let call): call.line
            case .query(let query): query.line
            }
        }

        package var templates: [Template] {
            switch self {
            case .command(let command): command.arguments
            case .script(let call): call.keys + call.arguments
            case .query(let query): query.templates
            }
        }
    }

    package func script(named name: String) -> Script? { scripts.first { $0.name == name } }

    /// What a call is on the wire, as templates.
    ///
    /// - Parameters:
    ///   - hashes: the SHA-1 of scripts by name, as SCRIPT LOAD gives it; a script without one is sent whole.
    ///   - functions: what functions are called on the server.
    package func wire(_ call: ScriptCall, hashes: [String: String], functions: SaleFunctions) -> [Template] {
        let name = commandName(of: call, hashes: hashes)
        let callee =
            switch call.callee {
            case .function(let function): functions.name(of: function)
            case .script(let script): name == "EVALSHA" ? hashes[script] : self.script(named: script)?.text
            }
        let head = [name, callee ?? ""]
        return (head + [String(call.keys.count)]).map(Template.init(text:)) + call.keys + call.arguments
    }

    /// The command that a call is sent as; the parameter is that of ``wire(_:hashes:functions:)``.
    package func commandName(of call: ScriptCall, hashes: [String: String]) -> String {
        guard case .script(let name) = call.callee else { return "FCALL" }
        return hashes[name] != nil && script(named: name)?.isSentWhole != true ? "EVALSHA" : "EVAL"
    }
}
