internal import FlashSale
internal import Foundation

/// Makes one host ready: connections, and our program.
struct SSHPreparation: Sendable {
    let connections: SSHConnections
    let fitness: HostFitness
    let parcel: BinaryParcel
    /// A program that the user says is there; nil where ours is sent.
    let remoteBinary: String?

    /// A host that is ready.
    struct Room: Sendable {
        var host: RemoteHost
        var masters: [SSHConnections.Master]
        /// Of our program there.
        var program: String
        /// Whether it had to be sent.
        var wasSent: Bool
    }

    /// Seconds for a look at a machine, and for sending our program there. A link that is cut ends earlier.
    private static let lookSeconds = 30
    private static let sendSeconds = 600

    /// - Parameter name: of the host in files.
    func prepare(_ host: RemoteHost, name: String, workers: Int) throws(SSHConnections.Failure) -> Room {
        var masters = try connections.open(host, name: name, numbers: 0..<1)
        let session = Session(host: host, name: name, master: masters[0], connections: connections)
        let (program, wasSent) = try program(session)
        let count = (workers + SSHConnections.workersOfOne - 1) / SSHConnections.workersOfOne
        if count > 1 { masters += try connections.open(host, name: name, numbers: 1..<count) }
        return Room(host: host, masters: masters, program: program, wasSent: wasSent)
    }

    private func program(_ session: Session) throws(SSHConnections.Failure) -> (path: String, wasSent: Bool) {
        let script = HostScript(digest: parcel.digest)
        if let remoteBinary {
            let answer = try session.ask(script.looking(at: remoteBinary), seconds: Self.lookSeconds)
            if let problem = fitness.problem(of: remoteBinary, in: answer) { throw .init(message: problem) }
            return (remoteBinary, false)
        }
        let answer = try session.ask(script.looking, seconds: Self.lookSeconds)
        if let problem = fitness.problem(before: answer) { throw .init(message: problem) }
        let path = "\(answer.folder)/stress-\(parcel.digest)"
        guard HostScript.isPlain(path) else {
            throw .init(
                message: "a folder without quotes, backslashes and exclamation marks is wanted for our program, found "
                    + "\(answer.folder); name another place in XDG_CACHE_HOME there")
        }
        guard !answer.hasProgram else { return (path, false) }
        guard let packer = parcel.packer(for: answer.tools) else {
            throw .init(
                message:
                    "it has no \(BinaryParcel.packers.joined(separator: " and no ")) that is here, too; install one, or name a "
                    + "program that is there with --remote-binary")
        }
        let file: String
        do { file = try parcel.file(packer: packer) } catch { throw .init(message: error.message) }
        let receipt = try session.send(file, behind: script.receiving(with: packer), seconds: Self.sendSeconds)
        if let problem = fitness.problem(after: receipt) { throw .init(message: problem) }
        return (path, true)
    }
}

/// Questions to one host.
private struct Session {
    var host: RemoteHost
    var name: String
    var master: SSHConnections.Master
    var connections: SSHConnections

    func ask(_ script: String, seconds: Int) throws(SSHConnections.Failure) -> HostAnswer {
        let input = "\(connections.folder.path)/\(name).question"
        guard FileManager.default.createFile(atPath: input, contents: Data(script.utf8)) else {
            throw .init(message: "\(input) cannot be written")
        }
        return try send(input, behind: script, seconds: seconds)
    }

    /// - Parameter file: begins with the script.
    func send(_ file: String, behind script: String, seconds: Int) throws(SSHConnections.Failure) -> HostAnswer {
        let mark = "stress" + String(UInt64.random(in: .min ... .max), radix: 16)
        let path = "\(connections.folder.path)/\(name).\(mark)"
        let command = connections.command
        let program: SpawnedProgram
        do {
            program = try SpawnedProgram.start(
                command.executable,
                command.session(
                    host, socket: master.socket, command: HostScript.command(for: script, mark: mark)),
                input: file, output: "\(path).output", errors: "\(path).errors")
        } catch {
            throw .init(message: error.message)
        }
        let ending = program.wait(seconds: seconds) { SSHConnections.isWanted }
        let output = SpawnedProgram.tail(program.output)
        let answer = HostAnswer(output, mark: mark)
        let errors = SpawnedProgram.tail(program.errors, bytes: 4096)
        unlink(program.output)
        unlink(program.errors)
        if answer.isWhole { return answer }
        if case .killed(let reason) = ending { throw .init(message: "\(reason) to answer our questions") }
        // Who has no shell is told so on the standard output.
        let reason = SSHTrouble.sentence(
            host: host.destination, exitCode: ending.exitCode,
            errors: [output, SSHConnections.errors(master), errors].joined(separator: "\n"))
        let said = (output + errors).trimmingBlanks.suffix(300)
        throw .init(
            message: reason ?? "its shell does not do what we ask (\(ending))"
                + (said.isEmpty ? "" : ", and said: \(said)"))
    }
}
