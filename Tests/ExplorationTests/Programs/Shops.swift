import Exploration
import Foundation
import TestSupport
import Testing

/// The programs under Shops/.
enum Shops {
    static func text(_ name: String, at path: String = #filePath) throws -> String {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: folder.appendingPathComponent("Shops/\(name)"), encoding: .utf8)
    }

    /// Runs a compiler in a trial's folder.
    static func compile(_ words: [String], in trial: ProgramTrial, _ variables: [String: String] = [:]) throws {
        let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        let compiler = try Program(
            "/usr/bin/env", words, folder: trial.folder.path, files: trial.folder.path, environment: environment)
        let ending = compiler.wait()
        try #require(ending == .init(exitCode: 0), "\(words): \(ending) \(compiler.errors)")
    }

    /// A service that is asked over HTTP.
    static func service(
        _ name: String, _ words: [String], instances: Int, orders: String? = nil
    ) throws -> ProgramTrial {
        let request = ProgramSettings.Request("POST", "http://127.0.0.1:{port}/buy?user={buyer}")
        return try ProgramTrial(
            [name: text(name)], .service(.init(words: words, instances: instances, request: request)),
            won: "json .ok == true", orders: orders)
    }
}
