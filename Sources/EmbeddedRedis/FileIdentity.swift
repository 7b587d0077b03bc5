internal import CSyncTable
internal import Glibc

/// A file itself, whatever its name: no other has the same, now or later, although inode numbers are used again.
struct FileIdentity: Hashable {
    private let device: UInt64
    private let inode: UInt64
    /// Nanoseconds since 1970.
    private let birth: UInt64

    init(_ identity: stress_file_identity) {
        device = identity.device
        inode = identity.inode
        birth = identity.birth
    }

    /// An open file's, with its size in bytes.
    ///
    /// - Throws: ENOTSUP where the file system keeps no birth times.
    static func of(_ file: Int32) throws(SystemError) -> (FileIdentity, size: Int) {
        var identity = stress_file_identity()
        var size: UInt64 = 0
        guard stress_identify(file, &identity, &size) == 0 else { throw SystemError(number: errno) }
        return (FileIdentity(identity), Int(size))
    }
}
