/** One case of the start-up self-test of rule C1. Byte strings are lower-case hex. */
export interface C1Case {
  readonly name: string;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
  /** C1.1: may the key be registered? */
  readonly admitted: boolean;
  /** C1.2: does libsodium accept the signature? */
  readonly accepted: boolean;
}

/**
 * Made from curve points and scalars by test/identity/c1Vectors.test-kit.ts, which a test compares with this list.
 * Changing an answer changes the protocol.
 */
export const C1_CASES: readonly C1Case[] = [
  {
    name: 'good, 0 bytes',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '',
    signature:
      '59bec74ca5260b683d7c7fbf0025df1bfdde4980f4a8c2384440df69ad414b460fa1d6f87b156c3f460fe648243ea3e7' +
      'fea01b26c756171f099ff3dcf0ddb50b',
    admitted: true,
    accepted: true
  },
  {
    name: 'good, 1 bytes',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '01',
    signature:
      'a3e4e7e385ae3d431ec77bd613a4e9d0541c87ff4e156820de4fbbf44acbdd27ba23f5cbd1db25d99a0ad549ae2e433d' +
      '628721536d5d8220f7747dc822829207',
    admitted: true,
    accepted: true
  },
  {
    name: 'good, 32 bytes',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '20272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4ebf2f9',
    signature:
      '16bdf6abcb9643b5a9db3873a849b0c75af428bd70a33cc00224222a9e5d318fa02191c9775bb49d9f0399d36a591d73' +
      '4f9f7eaec2decf023a218556fc4c170a',
    admitted: true,
    accepted: true
  },
  {
    name: 'good, 128 bytes',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message:
      '80878e959ca3aab1b8bfc6cdd4dbe2e9f0f7fe050c131a21282f363d444b525960676e757c838a91989fa6adb4bbc2c9' +
      'd0d7dee5ecf3fa01080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5ccd3dae1e8eff6fd040b1219' +
      '20272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4ebf2f9',
    signature:
      '9dc874d2cfb3cceacc486623174bbae00c81a384e1b32ec4900765b71f1fb73936e929544a81eeec1bd3ecaeaca8c5f8' +
      'a003c66ee9dccadc0d6fcac69d032101',
    admitted: true,
    accepted: true
  },
  {
    name: 'another message',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '4c6164696e67',
    signature:
      'e38ff4ab16f7f0f47f1088890ca731230658a8b95a159675294db22329ad2a4863495014fea5b2f0ca322a3fafe1ea85' +
      '946abe833d4038a22e913cd6b7140c00',
    admitted: true,
    accepted: false
  },
  {
    name: 'another key',
    publicKey: 'd0908456272dd6305af4afab1634b466556cd98061880824696dcb51442bc182',
    message: '6c6164696e67',
    signature:
      'e38ff4ab16f7f0f47f1088890ca731230658a8b95a159675294db22329ad2a4863495014fea5b2f0ca322a3fafe1ea85' +
      '946abe833d4038a22e913cd6b7140c00',
    admitted: true,
    accepted: false
  },
  {
    name: 'S with one bit flipped',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '6c6164696e67',
    signature:
      'e38ff4ab16f7f0f47f1088890ca731230658a8b95a159675294db22329ad2a4862495014fea5b2f0ca322a3fafe1ea85' +
      '946abe833d4038a22e913cd6b7140c00',
    admitted: true,
    accepted: false
  },
  {
    name: 'S + L',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '6c6164696e67',
    signature:
      'e38ff4ab16f7f0f47f1088890ca731230658a8b95a159675294db22329ad2a48501d46711809c548a1cf21e28ddbc99a' +
      '946abe833d4038a22e913cd6b7140c10',
    admitted: true,
    accepted: false
  },
  {
    name: 'S + 8 L',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '6c6164696e67',
    signature:
      'e38ff4ab16f7f0f47f1088890ca731230658a8b95a159675294db22329ad2a48cbe8fefbd0be45b17d19e756a4b0e22c' +
      '956abe833d4038a22e913cd6b7140c80',
    admitted: true,
    accepted: false
  },
  {
    name: 'S with its top bit set',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '6c6164696e67',
    signature:
      'e38ff4ab16f7f0f47f1088890ca731230658a8b95a159675294db22329ad2a4863495014fea5b2f0ca322a3fafe1ea85' +
      '946abe833d4038a22e913cd6b7140c80',
    admitted: true,
    accepted: false
  },
  {
    name: 'R with its sign bit flipped',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '6c6164696e67',
    signature:
      'e38ff4ab16f7f0f47f1088890ca731230658a8b95a159675294db22329ad2ac863495014fea5b2f0ca322a3fafe1ea85' +
      '946abe833d4038a22e913cd6b7140c00',
    admitted: true,
    accepted: false
  },
  {
    name: 'signature of 63 bytes',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '6c6164696e67',
    signature:
      'e38ff4ab16f7f0f47f1088890ca731230658a8b95a159675294db22329ad2a4863495014fea5b2f0ca322a3fafe1ea85' +
      '946abe833d4038a22e913cd6b7140c',
    admitted: true,
    accepted: false
  },
  {
    name: 'signature of 65 bytes',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '6c6164696e67',
    signature:
      'e38ff4ab16f7f0f47f1088890ca731230658a8b95a159675294db22329ad2a4863495014fea5b2f0ca322a3fafe1ea85' +
      '946abe833d4038a22e913cd6b7140c0000',
    admitted: true,
    accepted: false
  },
  {
    name: 'key of 31 bytes',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20',
    message: '6c6164696e67',
    signature:
      'e38ff4ab16f7f0f47f1088890ca731230658a8b95a159675294db22329ad2a4863495014fea5b2f0ca322a3fafe1ea85' +
      '946abe833d4038a22e913cd6b7140c00',
    admitted: false,
    accepted: false
  },
  {
    name: 'key of 33 bytes',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d500',
    message: '6c6164696e67',
    signature:
      'e38ff4ab16f7f0f47f1088890ca731230658a8b95a159675294db22329ad2a4863495014fea5b2f0ca322a3fafe1ea85' +
      '946abe833d4038a22e913cd6b7140c00',
    admitted: false,
    accepted: false
  },
  {
    name: 'R = identity',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '637261667465642052',
    signature:
      '0100000000000000000000000000000000000000000000000000000000000000e7ba467ca844312f28ea7c757ce80fcc' +
      '21abeee38e9672559fc28f56401f7f06',
    admitted: true,
    accepted: false
  },
  {
    name: 'R = identity with the sign bit',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '637261667465642052',
    signature:
      '0100000000000000000000000000000000000000000000000000000000000080adf13d9be723cc4e9f52e6214b526c88' +
      'c6343e5fba683152713a26746758b108',
    admitted: true,
    accepted: false
  },
  {
    name: 'R = identity, not canonical',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '637261667465642052',
    signature:
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7ffe582ae4d88dcae49a625584d300a6a6' +
      'f7d69944866b59760b4905bc9353b207',
    admitted: true,
    accepted: false
  },
  {
    name: 'R of order 8',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '637261667465642052',
    signature:
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037af6afcf634f9f38230961cd298c6fe9c3' +
      'b34d9f4f71c16a9d522ea8d5fc5f650c',
    admitted: true,
    accepted: false
  },
  {
    name: 'R plus a point of order 8',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '637261667465642052',
    signature:
      '5370a04cede718bfee96e97d323cd117e63fadacc1ad6b1527e319f2c58b10d40179b7c985a5510c1ba2ad0787699d1c' +
      '70884dcfeae23a5e537badc2e0610109',
    admitted: true,
    accepted: false
  },
  {
    name: 'R of order 4',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '637261667465642052',
    signature:
      '000000000000000000000000000000000000000000000000000000000000008020a054674931a542d57dca704094b9e8' +
      '3dcd0eb00b2a4a4b99e785c3e6fd0402',
    admitted: true,
    accepted: false
  },
  {
    name: 'R plus a point of order 4',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '637261667465642052',
    signature:
      'fa0c047484dea8cf26a53c0536ad48500419d8ba6f132199428f05f792bd1330484f7d4a355b06fa608e5cfe16aed0c6' +
      '0fcf156fd00ce29c337610ceced62508',
    admitted: true,
    accepted: false
  },
  {
    name: 'R of order 2',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '637261667465642052',
    signature:
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7fb6f2edd9f0d808aa16f452c308cfb1e0' +
      '33508519c89667f9ed758c3c87d26c0b',
    admitted: true,
    accepted: false
  },
  {
    name: 'R plus a point of order 2',
    publicKey: 'ee1a5ea4bccb3affdaef8a0d740e55e7f8ce1243e8dabf77d29b32834c0c20d5',
    message: '637261667465642052',
    signature:
      'fed8b73113dd95f8a08e7eb5c51818023fd70bfe7991f3f318434a53509daa9f0fb08d346a43126fc2546182c7038330' +
      'd8122bcff4910c7907378f9683d75a0a',
    admitted: true,
    accepted: false
  },
  {
    name: 'key = identity',
    publicKey: '0100000000000000000000000000000000000000000000000000000000000000',
    message: '736d616c6c2d6f72646572206b6579',
    signature:
      '208d6d5b67c31b5ba6583da1591e2ef485725f20d5c4712276bc99b438de6324287bdaa986f349d161db52b4dd8d50bb' +
      '6b445bf397638ffc4ea716d69c18d20a',
    admitted: false,
    accepted: false
  },
  {
    name: 'key = identity with the sign bit',
    publicKey: '0100000000000000000000000000000000000000000000000000000000000080',
    message: '736d616c6c2d6f72646572206b6579',
    signature:
      '208d6d5b67c31b5ba6583da1591e2ef485725f20d5c4712276bc99b438de6324287bdaa986f349d161db52b4dd8d50bb' +
      '6b445bf397638ffc4ea716d69c18d20a',
    admitted: false,
    accepted: false
  },
  {
    name: 'key = identity, not canonical',
    publicKey: 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    message: '736d616c6c2d6f72646572206b6579',
    signature:
      '208d6d5b67c31b5ba6583da1591e2ef485725f20d5c4712276bc99b438de6324287bdaa986f349d161db52b4dd8d50bb' +
      '6b445bf397638ffc4ea716d69c18d20a',
    admitted: false,
    accepted: false
  },
  {
    name: 'key and R = identity, S = 0',
    publicKey: '0100000000000000000000000000000000000000000000000000000000000000',
    message: '736d616c6c2d6f72646572206b6579',
    signature:
      '010000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000' +
      '00000000000000000000000000000000',
    admitted: false,
    accepted: false
  },
  {
    name: 'key of order 8, k = 0 mod 8',
    publicKey: 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    message: '6f726465722038203236',
    signature:
      '208d6d5b67c31b5ba6583da1591e2ef485725f20d5c4712276bc99b438de6324287bdaa986f349d161db52b4dd8d50bb' +
      '6b445bf397638ffc4ea716d69c18d20a',
    admitted: false,
    accepted: false
  },
  {
    name: 'key of y = 0, order 4',
    publicKey: '0000000000000000000000000000000000000000000000000000000000000000',
    message: '6f7264657220342032',
    signature:
      '208d6d5b67c31b5ba6583da1591e2ef485725f20d5c4712276bc99b438de6324287bdaa986f349d161db52b4dd8d50bb' +
      '6b445bf397638ffc4ea716d69c18d20a',
    admitted: false,
    accepted: false
  },
  {
    name: 'key plus a point of order 8, k = 0 mod 8',
    publicKey: '2764a0bc98f7f0eff32088d4cbfa8e7a7a0b26d01eb027c8f9a6dc7b126624fe',
    message: '6d697865642030',
    signature:
      '37465dd36c08095bddc55d709aa2d45653eaa656f6aa56a9dd57cd5ed37e3ef9fd0c9323bbeaadbbc472e538fc24e86c' +
      'df0f55d6ff49d3d11a222e4a6a2ab206',
    admitted: false,
    accepted: true
  },
  {
    name: 'key plus a point of order 8, k = 3 mod 8',
    publicKey: '2764a0bc98f7f0eff32088d4cbfa8e7a7a0b26d01eb027c8f9a6dc7b126624fe',
    message: '6d697865642036',
    signature:
      '37465dd36c08095bddc55d709aa2d45653eaa656f6aa56a9dd57cd5ed37e3ef907ee657c439803216e314fbef2192103' +
      '0eaf8e07d2013b718fe458f950156208',
    admitted: false,
    accepted: false
  }
];
