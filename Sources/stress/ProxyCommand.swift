internal import ArgumentParser
internal import FlashSale
internal import Foundation
internal import Host
internal import Proxy
internal import RedisDriver

/// `stress proxy`: what stands between a service and its Redis.
struct ProxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy",
        abstract: "Stand between a service and its Redis: record each command, and break the wire on purpose.",
        discussion: """
            Commands are passed on byte for byte. Point the service at the address that is printed; Ctrl-C ends the proxy. Faults: \
            lose-replies (a command that may write is run, its reply is lost), cut-requests (half of one is sent), slow-replies, \
            repeat-requests (one is run twice), kill-connections. docs/proxy.md says what each does exactly.
            """)

    @Option(
        help: ArgumentHelp(
            "The server: redis://user:password@host:port/db or unix:///path. With a password the proxy signs in, and clients need none. It is better given in $REDISCLI_AUTH.",
            valueName: "url"))
    var to: String

    @Option(help: ArgumentHelp("Where clients connect, on this machine only; port 0 is any.", valueName: "address"))
    var listen = "127.0.0.1:0"

    @Option(
        help: ArgumentHelp("A CSV file that gets a row for each command. It is replaced.", valueName: "file"),
        completion: .file())
    var record: String?

    @Option(
        help: ArgumentHelp(
            "kind[+length][:share], repeatable: lose-replies:5%, cut-requests:#3 (the third command that may write), slow-replies+200ms:10%, kill-connections:#100.",
            valueName: "fault"),
        completion: Completion.proxyFaults)
    var fault: [String] = []

    @Option(help: "Which of the commands are struck, where a share of them is.")
    var seed: UInt64 = 1

    mutating func run() throws {
        let command = self
        try CommandLineEnd.with { () throws(RunError) in try command.execute() }
    }

    private func execute() throws(RunError) -> ExitStatus {
        let endpoint: RedisEndpoint
        do throws(RedisURLError) {
            endpoint = try RedisEndpoint(url: to, environment: ProcessInfo.processInfo.environment)
        } catch {
            throw RunError(.usage, "--to: \(error)")
        }
        let port = try listeningPort()
        var faults: [ProxyFaults.Fault] = []
        for text in fault { faults.append(try ProxyFaults.Fault(text)) }
        // Before there is a thread.
        Interruption.listen()
        FileDescriptors.raiseLimit()
        let server = try ProxyServer.start(
            to: endpoint, port: port, record: record,
            faults: faults.isEmpty ? nil : ProxyFaults(faults, seed: seed), answersAuth: endpoint.password != nil)
        defer { server.stop() }
        let open = endpoint.password == nil ? "" : " Whoever is on this machine needs no password there."
        try Terminal.write("\(server.url) leads to \(endpoint.redacted).\(open) Ctrl-C ends it.\n")
        var hasTold = false
        while Interruption.requests == 0 {
            var poller = pollfd(fd: Interruption.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&poller, 1, 1000)
            if !hasTold, let problem = server.recordProblem {
                Terminal.note(problem.message)
                hasTold = true
            }
        }
        server.stop()
        try Terminal.write(Self.text(server.counts))
        if let problem = server.recordProblem { throw problem }
        return .upheld
    }

    private func listeningPort() throws(RunError) -> Int {
        let parts = listen.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = Int(parts[1]), 0...65535 ~= port else {
            throw RunError(
                .usage, "--listen \(listen): an address and a port are wanted, such as 127.0.0.1:6380, or 127.0.0.1:0")
        }
        guard parts[0] == "127.0.0.1" || parts[0] == "localhost" else {
            throw RunError(
                .usage,
                "--listen \(listen): the proxy serves this machine only, at 127.0.0.1; a tunnel such as ssh -R brings it elsewhere"
            )
        }
        return port
    }

    private static func text(_ counts: ProxyCounts) -> String {
        var text =
            "\(counts.commands.counted("command")) of \(counts.connections.counted("connection")), "
            + "\(counts.writes.grouped) that may write, \(counts.answers.counted("reply", "replies"))\n"
        if counts.bridges > 0 {
            text += "\(counts.bridges.counted("connection")) passed on without being understood\n"
        }
        if counts.refused > 0 { text += "\(counts.refused.counted("connection")) refused\n" }
        for kind in ProxyFaults.Kind.allCases {
            if let count = counts.struck[kind] { text += "\(kind.rawValue): \(count.grouped)\n" }
        }
        return text
    }
}
