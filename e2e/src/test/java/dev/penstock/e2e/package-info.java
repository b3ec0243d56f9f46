/**
 * Tests on a real etcd and kube-apiserver. Start at {@link dev.penstock.e2e.ControlPlane}, which all share, and at a class whose name
 * ends with {@code ST}.
 */
package dev.penstock.e2e;
