internal import FlashSale
internal import Foundation
internal import Host
internal import ProgramTransport
internal import RedisDriver
internal import Strategies

/// What is started, with every value in its place.
struct ServiceCommand {
    var port: Int
    var url: String
    /// The program's path, and its arguments.
    var program: [String]
    var variables: [String: String]
    /// Where it works: an absolute path.
    var folder: String

    /// - Parameter chosenPort: what `{port}` becomes.
    /// - Throws: ``RunError`` with 64 for a file that does not fit this machine: a variable that is not set, a program or a folder
    ///   that is not there, a URL of another machine.
    init(_ settings: ServiceSettings, port chosenPort: Int) throws(RunError) {
        let start = settings.start
        let place = "\(settings.file):\(start.line): service"
        let fileFolder = URL(fileURLWithPath: settings.file).deletingLastPathComponent().standardizedFileURL.path
        func filled(_ text: ServiceText, _ what: String) throws(RunError) -> String {
            switch text.filled({ Self.value($0, chosenPort, settings) }, environment: settings.environment) {
            case .success(let filled): return filled
            case .failure(let missing):
                throw RunError(.usage, "\(place): \(what): the environment variable \(missing.name) is not set")
            }
        }
        url = try filled(start.url, "url")
        guard let host = RemoteRule.host(of: url), let port = Self.port(of: url) else {
            throw RunError(
                .usage,
                "\(place): url: a URL such as http://127.0.0.1:8080 is wanted; found \(RemoteRule.redacted(url))")
        }
        guard RemoteRule.isLocal(host) else {
            throw RunError(
                .usage,
                "\(place): url: what start: starts is on this machine, and \(RemoteRule.redacted(url)) is not; leave start: out for a "
                    + "service that runs there, or url: for one that is started here")
        }
        self.port = port
        folder = fileFolder
        if let named = start.folder {
            folder =
                URL(fileURLWithPath: named, relativeTo: URL(fileURLWithPath: fileFolder + "/")).standardizedFileURL.path
            var isFolder = ObjCBool(false)
            guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
                throw RunError(
                    .usage,
                    "\(place): folder: \(folder) is not a folder; a relative path is from the strategy file's folder")
            }
        }
        var words: [String] = []
        for word in start.words { words.append(try filled(word, "start")) }
        do throws(ProgramPlace.Problem) {
            program = [
                try ProgramPlace.find(
                    words[0], in: folder, path: settings.environment["PATH"] ?? ProgramPlace.searchPath)
            ]
        } catch {
            throw RunError(.usage, "\(place): start: \(error.message)")
        }
        program += words.dropFirst()
        variables = [:]
        for variable in start.variables {
            variables[variable.name] = try filled(variable.value, "env: \(variable.name)")
        }
    }

    private static func value(_ value: ServiceText.Value, _ port: Int, _ settings: ServiceSettings) -> String {
        switch (value, settings.redis?.transport) {
        case (.port, _): return String(port)
        case (.run, _): return URL(fileURLWithPath: settings.dataFolder).standardizedFileURL.path
        case (.redis, _): return settings.redis?.urlWithPassword ?? ""
        case (.redisPassword, _): return settings.redis?.password ?? ""
        case (.redisHost, .tcp(let host, _)) where settings.redis?.mayMove == false: return host
        case (.redisPort, .tcp(_, let port)) where settings.redis?.mayMove == false: return String(port)
        case (.redisHost, _), (.redisPort, _): return ""
        }
    }

    /// The port that a URL names, or its scheme's.
    private static func port(of url: String) -> Int? {
        guard let parts = URLComponents(string: url) else { return nil }
        return parts.port ?? (parts.scheme == "https" ? 443 : 80)
    }
}
