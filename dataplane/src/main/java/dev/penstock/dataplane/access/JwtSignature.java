package dev.penstock.dataplane.access;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.List;
import java.util.Set;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;

/**
 * Signatures of tokens (RFC 7515, 7518 3.3 to 3.5, 8037): only of public keys. A secret that both sides know is none of ours, and
 * {@code none} is no signature.
 */
final class JwtSignature {
    private static final Set<JWSAlgorithm> RSA = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.RS384, JWSAlgorithm.RS512,
            JWSAlgorithm.PS256, JWSAlgorithm.PS384, JWSAlgorithm.PS512);
    private static final Set<JWSAlgorithm> EC = Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512);
    private static final Set<JWSAlgorithm> EDWARDS = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);
    private static final int LEAST_RSA_BITS = 2048;
    /** A token without a key id is tried with so many keys. */
    private static final int MOST_KEYS = 8;

    private JwtSignature() {}

    /** Whether tokens with this header are looked at at all. Extensions that must be understood are not (RFC 7515 4.1.11). */
    static boolean isAccepted(JWSHeader header) {
        JWSAlgorithm algorithm = header.getAlgorithm();
        boolean plain = header.getCriticalParams() == null && header.isBase64URLEncodePayload();
        return plain && (RSA.contains(algorithm) || EC.contains(algorithm) || EDWARDS.contains(algorithm));
    }

    /** Whether one of the keys may have signed it. */
    static boolean hasKey(List<JWK> keys, JWSHeader header) {
        return keys.stream().anyMatch(key -> fits(key, header));
    }

    /** Whether one of the keys has signed it. */
    static boolean isSigned(SignedJWT token, List<JWK> keys) {
        return keys.stream().filter(key -> fits(key, token.getHeader())).limit(MOST_KEYS)
                .anyMatch(key -> isSigned(token, key));
    }

    private static boolean fits(JWK key, JWSHeader header) {
        boolean id = header.getKeyID() == null || header.getKeyID().equals(key.getKeyID());
        boolean use = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
        boolean algorithm = key.getAlgorithm() == null || key.getAlgorithm().equals(header.getAlgorithm());
        Set<JWSAlgorithm> all = switch (key) {
            case RSAKey rsa -> RSA;
            case ECKey ec -> EC;
            case OctetKeyPair pair -> pair.getCurve().equals(Curve.Ed25519) ? EDWARDS : Set.<JWSAlgorithm>of();
            default -> Set.<JWSAlgorithm>of();
        };
        return id && use && algorithm && all.contains(header.getAlgorithm());
    }

    private static boolean isSigned(SignedJWT token, JWK key) {
        try {
            return switch (key) {
                case RSAKey rsa -> isSigned(token, rsa.toRSAPublicKey());
                case ECKey ec -> token.verify(new ECDSAVerifier(ec.toECPublicKey()));
                case OctetKeyPair pair -> isSigned(token, pair);
                default -> false;
            };
        } catch (JOSEException | GeneralSecurityException | IllegalArgumentException | IllegalStateException e) {
            // A key that is none, or of another curve than the algorithm says.
            return false;
        }
    }

    private static boolean isSigned(SignedJWT token, RSAPublicKey key) throws JOSEException {
        return key.getModulus().bitLength() >= LEAST_RSA_BITS && token.verify(new RSASSAVerifier(key));
    }

    private static boolean isSigned(SignedJWT token, OctetKeyPair pair) throws GeneralSecurityException {
        byte[] little = pair.getX().decode();
        if (little.length != 32) {
            return false;
        }
        byte[] big = new byte[little.length];
        for (int i = 0; i < big.length; i++) {
            big[i] = little[little.length - 1 - i];
        }
        boolean odd = (big[0] & 0x80) != 0;
        big[0] &= 0x7F;
        PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(
                new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, big))));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(key);
        signature.update(token.getSigningInput());
        return signature.verify(token.getSignature().decode());
    }
}
