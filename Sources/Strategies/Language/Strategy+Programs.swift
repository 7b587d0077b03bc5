extension Strategy {
    /// A program that is asked: `program: ["python3", "driver.py"]`. It reads a JSON line for each question, and answers with
    /// one.
    package struct ProgramCall: Sendable, Equatable {
        /// How many of it are started.
        package enum Each: String, Sendable, Equatable, CaseIterable {
            /// One for each client.
            case client
            /// One for all clients of a thread.
            case thread
            /// One for all clients of a worker.
            case worker
        }

        /// The program and its arguments, as they are.
        package var words: [String]
        package var each: Each
        /// Whether it may be asked again before it has answered. Its answers come in any order then.
        package var isConcurrent: Bool
        package var line: Int

        package init(words: [String], each: Each = .client, isConcurrent: Bool = false, line: Int = 0) {
            self.words = words
            self.each = each
            self.isConcurrent = isConcurrent
            self.line = line
        }
    }

    /// A program that is started for a step, and answers with its exit code and its last line:
    /// `command: ["./buy.sh", "{buyer}"]`.
    package struct CommandCall: Sendable, Equatable {
        /// The program, which is the same for every attempt, and its arguments.
        package var arguments: [Template]
        package var line: Int

        package init(arguments: [Template], line: Int) {
            self.arguments = arguments
            self.line = line
        }

        package var program: String {
            guard case .text(let name)? = arguments.first?.pieces.first else { return "" }
            return name
        }
    }

    /// The program that buyers ask; nil where they ask none.
    package var program: ProgramCall? { buy.lazy.compactMap(\.program).first }

    /// The programs that are started for each step, in the order of the file.
    package var commandCalls: [CommandCall] { allSteps.compactMap(\.command) }

    /// Whether buyers are programs of the user's, which speak to whatever they want.
    package var buysByProgram: Bool { program != nil || !commandCalls.isEmpty }
}

extension Strategy.Step {
    /// The program that it asks.
    package var program: Strategy.ProgramCall? {
        if case .program(let call) = kind { call } else { nil }
    }

    /// The program that it starts.
    package var command: Strategy.CommandCall? {
        if case .command(let call) = kind { call } else { nil }
    }
}
