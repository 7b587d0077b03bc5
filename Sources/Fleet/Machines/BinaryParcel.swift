internal import FlashSale
internal import Foundation
internal import Synchronization

/// Our program as it is sent to other machines: compressed once for all of them, behind the script that receives it.
final class BinaryParcel: Sendable {
    let binary: String
    let digest: String
    private let folder: String
    private let search: String
    private let packed = Mutex<[String: Result<String, RunError>]>([:])

    /// Programs that pack and unpack, the fastest first. All of them know `-d` and `-c`, and level 1.
    static let packers = ["zstd", "gzip"]

    /// Seconds for packing or digesting a program.
    private static let patienceSeconds = 120

    /// - Parameter folder: where there is room for it, for as long as it is used.
    /// - Throws: ``RunError`` with 69 where its SHA-256 cannot be reckoned.
    init(binary: String, folder: String, environment: [String: String]) throws(RunError) {
        self.binary = binary
        self.folder = folder
        search = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        guard let program = Self.find("sha256sum", in: search) else {
            throw RunError(
                .unavailable, "sha256sum is wanted to send our program to other machines, and there is none here")
        }
        let output = "\(folder)/sha256"
        let text = try Self.run(program, [], input: binary, output: output, folder: folder) {
            SpawnedProgram.tail(output)
        }
        digest = String(text.prefix { $0 != " " })
        guard digest.count == 64, digest.allSatisfy(\.isHexDigit) else {
            throw RunError(
                .unavailable, "sha256sum is wanted to reckon a digest of \(binary), and said '\(text.prefix(200))'")
        }
    }

    private static func find(_ program: String, in search: String) -> String? {
        search.split(separator: ":").map { "\($0)/\(program)" }.first {
            $0.hasPrefix("/") && FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    /// A program that can pack here and unpack there; nil where there is none.
    func packer(for tools: Set<String>) -> String? {
        Self.packers.first { tools.contains($0) && Self.find($0, in: search) != nil }
    }

    /// The path of a file: the script that receives with that packer, and what it receives.
    ///
    /// - Throws: ``RunError`` with 69 where it cannot be made.
    func file(packer: String) throws(RunError) -> String {
        // Whoever comes second waits for the first.
        let result = packed.withLock { packed in
            if let made = packed[packer] { return made }
            let result = Result { () throws(RunError) in try make(packer) }
            packed[packer] = result
            return result
        }
        return try result.get()
    }

    private func make(_ packer: String) throws(RunError) -> String {
        let path = "\(folder)/parcel-\(packer)"
        let script = HostScript(digest: digest).receiving(with: packer)
        guard FileManager.default.createFile(atPath: path, contents: Data(script.utf8)),
            let program = Self.find(packer, in: search)
        else {
            throw RunError(
                .unavailable, "our program cannot be packed into \(path): \(String(cString: strerror(errno)))")
        }
        return try Self.run(program, ["-1", "-c", "-q"], input: binary, output: path, folder: folder) { path }
    }

    private static func run(
        _ program: String, _ arguments: [String], input: String, output: String, folder: String,
        _ result: () -> String
    ) throws(RunError) -> String {
        let errors = "\(folder)/packing.errors"
        let child = try SpawnedProgram.start(program, arguments, input: input, output: output, errors: errors)
        let ending = child.wait(seconds: patienceSeconds, limit: .max) { true }
        guard ending == .code(0) else {
            throw RunError(
                .unavailable,
                "\(program) is wanted to pack \(input) into \(folder), and failed (\(ending)): "
                    + SpawnedProgram.tail(errors, bytes: 500).trimmingBlanks)
        }
        return result()
    }
}
