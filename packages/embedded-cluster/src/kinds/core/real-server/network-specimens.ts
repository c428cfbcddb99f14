import { meta, type Specimen } from "./specimen.ts";

export const networkSpecimens: readonly Specimen[] = [
  {
    title: "NetworkPolicy",
    object: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { ...meta },
      spec: {
        podSelector: { matchLabels: { app: "x" } },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {
            from: [
              { podSelector: {} },
              { namespaceSelector: { matchExpressions: [{ key: "k", operator: "Exists" }] } },
              { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
            ],
            ports: [{ port: 80 }, { protocol: "UDP", port: "dns" }, { port: 1000, endPort: 2000 }],
          },
        ],
        egress: [{ to: [{ ipBlock: { cidr: "2001:db8::/32" } }], ports: [{ port: 53, protocol: "UDP" }] }],
      },
    },
    hints: {
      cidr: [
        "10.0.0.0/8",
        "10.0.0.1/8",
        "010.0.0.0/8",
        "10.0.0.0/08",
        "::ffff:10.0.0.0/104",
        "2001:DB8::/32",
        "2001:db8:0:0::/64",
        "10.0.0.0/33",
        "::/0",
        "10.0.0.0",
      ],
      except: [["10.1.0.0/16", "11.0.0.0/16"], ["10.0.0.0/8"], ["2001:db8:1::/48"], ["x"]],
      protocol: ["TCP", "SCTP", "X"],
      port: [80, "http", "bad_name", 0, 70_000],
      endPort: [90, 1, 70_000],
      policyTypes: [["Ingress"], ["Egress"], ["Ingress", "Egress", "Ingress"], ["X"]],
      operator: ["In", "NotIn", "Exists", "DoesNotExist", "Gt"],
      ipBlock: [{ cidr: "1.2.3.0/24" }, {}],
    },
  },
];
