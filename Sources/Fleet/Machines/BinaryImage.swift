internal import Foundation

/// What a program of ours needs of a machine, read from its file: the format is that of the System V ABI, chapter 4 (ELF), and for
/// versions that of the Linux Standard Base, "Symbol Versioning".
struct BinaryImage: Equatable, Sendable {
    /// As `uname -m` names it.
    var machine: String
    /// The oldest glibc that it starts with; nil where it needs none.
    var glibc: GlibcVersion?

    /// A glibc's version, such as 2.36.
    struct GlibcVersion: Comparable, Sendable, CustomStringConvertible {
        var major: Int
        var minor: Int

        var description: String { "\(major).\(minor)" }

        init(major: Int, minor: Int) { (self.major, self.minor) = (major, minor) }

        /// Reads `2.36`, and `2.3.4`, of which the third number is left out.
        init?(_ text: some StringProtocol) {
            let numbers = text.split(separator: ".").map { Int($0) }
            guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else { return nil }
            self.init(major: major, minor: minor)
        }

        static func < (one: Self, other: Self) -> Bool { (one.major, one.minor) < (other.major, other.minor) }
    }

    /// Nil where it cannot be read or is no program of Linux for 64 bits, which none of ours is.
    init?(path: String) {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else { return nil }
        self.init(bytes)
    }

    init?(_ bytes: Data) {
        let file = LittleEndianBytes(bytes)
        // Magic, 64 bits, little-endian.
        guard file.text(at: 1, limit: 3) == "ELF", file[0] == 0x7F, file[4] == 2, file[5] == 1,
            let number = file.number(at: 18, bytes: 2)
        else { return nil }
        machine = [62: "x86_64", 183: "aarch64", 243: "riscv64"][number] ?? "ELF machine \(number)"
        glibc = Self.versionNeeds(file).compactMap { name in
            name.hasPrefix("GLIBC_") ? GlibcVersion(name.dropFirst(6)) : nil
        }.max()
    }

    /// The names of all versions that it needs of its libraries.
    private static func versionNeeds(_ file: LittleEndianBytes) -> [String] {
        guard let table = file.number(at: 40, bytes: 8), let size = file.number(at: 58, bytes: 2),
            let count = file.number(at: 60, bytes: 2)
        else { return [] }
        func field(_ section: Int, _ offset: Int, _ bytes: Int) -> Int? {
            section < count ? file.number(at: table + section * size + offset, bytes: bytes) : nil
        }
        let needs = 0x6FFF_FFFE
        guard let section = (0..<count).first(where: { field($0, 4, 4) == needs }),
            let start = field(section, 24, 8), let names = field(section, 40, 4).flatMap({ field($0, 24, 8) })
        else { return [] }
        var found: [String] = []
        var library: Int? = start
        // A list without end is none that a linker made.
        for _ in 0..<1000 {
            guard let place = library, let first = file.number(at: place + 8, bytes: 4),
                let next = file.number(at: place + 12, bytes: 4)
            else { break }
            var version: Int? = place + first
            for _ in 0..<1000 {
                guard let here = version, let name = file.number(at: here + 8, bytes: 4),
                    let step = file.number(at: here + 12, bytes: 4)
                else { break }
                found.append(file.text(at: names + name, limit: 100))
                version = step == 0 ? nil : here + step
            }
            library = next == 0 ? nil : place + next
        }
        return found
    }
}

/// Numbers and texts at places of a file, which may say anything.
private struct LittleEndianBytes {
    private let bytes: Data

    init(_ bytes: Data) { self.bytes = bytes }

    subscript(offset: Int) -> UInt8? {
        offset >= 0 && offset < bytes.count ? bytes[bytes.startIndex + offset] : nil
    }

    /// Nil where there is none, or it is larger than any place in a file.
    func number(at offset: Int, bytes count: Int) -> Int? {
        guard offset >= 0, offset <= bytes.count - count else { return nil }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(bytes[bytes.startIndex + offset + index]) << (8 * UInt64(index)) }
        return value < 1 << 48 ? Int(value) : nil
    }

    func text(at offset: Int, limit: Int) -> String {
        var text: [UInt8] = []
        while text.count < limit, let byte = self[offset + text.count], byte != 0 { text.append(byte) }
        return String(decoding: text, as: UTF8.self)
    }
}
