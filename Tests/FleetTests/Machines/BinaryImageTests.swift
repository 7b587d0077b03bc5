import Foundation
import Glibc
import TestSupport
import Testing

@testable import Fleet

/// What a program needs of a machine.
struct BinaryImageTests {
    @Test func ourProgramNeedsWhatItsLinkerSays() throws {
        let image = try #require(BinaryImage(path: StressBinary.path))
        var system = utsname()
        uname(&system)
        let machine = withUnsafeBytes(of: system.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        #expect(image.machine == machine)
        let needed = try #require(image.glibc)
        let folder = try TestFolder("binary-image")
        let program = try Program(
            "/usr/bin/env", ["getconf", "GNU_LIBC_VERSION"], folder: "/", files: folder.path,
            environment: ["PATH": "/usr/bin:/bin"])
        #expect(program.wait() == .init(exitCode: 0))
        let words = program.output.split(whereSeparator: \.isWhitespace)
        let here = try #require(BinaryImage.GlibcVersion(words.last ?? ""))
        #expect(needed <= here && needed >= .init(major: 2, minor: 2), "\(needed) \(here)")
        // Of all versions in its file, the newest that glibc has.
        let text = try Data(contentsOf: URL(fileURLWithPath: "/bin/sh"), options: .alwaysMapped)
        #expect(BinaryImage(text)?.machine == machine)
    }

    @Test func versionsAreNumbers() throws {
        #expect(BinaryImage.GlibcVersion("2.9")! < BinaryImage.GlibcVersion("2.36")!)
        #expect(BinaryImage.GlibcVersion("2.3.4") == .init(major: 2, minor: 3))
        for wrong in ["", "2", "x.y", "PRIVATE", "2."] { #expect(BinaryImage.GlibcVersion(wrong) == nil) }
    }

    /// Files that are none, cut anywhere, or lie, are read without harm.
    @Test func otherFiles() throws {
        #expect(BinaryImage(path: "/etc/passwd") == nil && BinaryImage(path: "/nonexistent") == nil)
        #expect(BinaryImage(Data()) == nil)
        var program = try Data(contentsOf: URL(fileURLWithPath: "/bin/true"))
        for size in stride(from: 0, to: 4000, by: 7) { _ = BinaryImage(program.prefix(size)) }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            for _ in 0..<20 { program[Int.random(in: 5..<program.count, using: &random)] = .random(in: 0...255) }
            for place in 40..<64 { program[place] = .random(in: 0...255) }
            _ = BinaryImage(program)
        }
        // 32 bits, and the other order of bytes.
        var small = try Data(contentsOf: URL(fileURLWithPath: "/bin/true"))
        small[4] = 1
        #expect(BinaryImage(small) == nil)
    }
}
