internal import CProcesses
internal import Glibc

/// How programs of a worker are started: where they work, what they find in their environment, and where their errors go.
///
/// `@unchecked Sendable`: the texts are written once, in `init`, and only read afterwards.
package final class ProgramLaunch: @unchecked Sendable {
    /// The folder in which programs work.
    let folder: String
    /// What tells the programs of this worker, and whatever they start, from all others.
    package let mark: String
    private let environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let environmentCount: Int
    /// Where programs write their errors.
    private let errors: Int32

    /// The name of the variable that holds ``mark``.
    static let markName = "STRESS_PROGRAM_OF"

    /// - Parameters:
    ///   - variables: what is set beside the environment of this process, or in its place.
    ///   - errors: taken over.
    package init(folder: String, mark: String, variables: [String: String], errors: Int32) {
        self.folder = folder
        self.mark = mark
        self.errors = errors
        var variables = variables
        variables[Self.markName] = mark
        var texts: [String] = []
        var inherited = environ
        while let text = inherited.pointee {
            let line = String(cString: text)
            if variables[String(line.prefix { $0 != "=" })] == nil { texts.append(line) }
            inherited += 1
        }
        texts += variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        environmentCount = texts.count + 1
        environment = .allocate(capacity: environmentCount)
        environment.initialize(repeating: nil, count: environmentCount)
        for (index, text) in texts.enumerated() { environment[index] = strdup(text) }
    }

    deinit {
        for index in 0..<environmentCount { free(environment[index]) }
        environment.deallocate()
        close(errors)
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: ended by a null pointer; the first is the program's name.
    ///   - input: what becomes its standard input; `output` its standard output.
    /// - Throws: the system's reason.
    package func start(
        _ path: String, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, input: Int32, output: Int32
    ) throws(ProgramFailure) -> ChildHandle {
        var process: Int32 = 0
        let failure = stress_spawn(&process, path, arguments, environment, folder, input, output, errors)
        guard failure == 0 else { throw ProgramFailure(.notAsked, Self.words(for: failure, path)) }
        return ChildHandle(process: process)
    }

    /// The system's words, and what to do.
    private static func words(for failure: Int32, _ path: String) -> String {
        let reason = String(cString: strerror(failure))
        let advice =
            switch failure {
            case ENOEXEC: "; a script needs a first line such as #!/bin/sh"
            case ENOENT: "; perhaps what its first line names (#!) is not there"
            case EAGAIN, ENOMEM: "; start fewer of them: fewer clients, or each: worker with concurrent: true"
            default: ""
            }
        return "the program \(path), which cannot be started: \(reason)\(advice)"
    }
}

/// Words as C wants them.
package struct ArgumentList: ~Copyable {
    package let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    package init(_ words: [String]) {
        count = words.count
        pointers = .allocate(capacity: count + 1)
        pointers.initialize(repeating: nil, count: count + 1)
        for (index, word) in words.enumerated() { pointers[index] = strdup(word) }
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}

extension ProgramLaunch {
    /// Starts a program of ours, in the folder and with the environment of this process.
    static func startPlainly(
        _ path: String, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, input: Int32, output: Int32,
        errors: Int32
    ) throws(ProgramFailure) -> ChildHandle {
        var process: Int32 = 0
        let failure = stress_spawn(&process, path, arguments, environ, nil, input, output, errors)
        guard failure == 0 else { throw ProgramFailure(.notAsked, Self.words(for: failure, path)) }
        return ChildHandle(process: process)
    }
}
