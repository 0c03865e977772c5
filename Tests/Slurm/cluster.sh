# A real Slurm with two nodes of one processor each on this machine, for scripts that source this. All its
# files are in one folder, and nothing of the system is changed.
#
#   start_cluster DIR    stop_cluster    start_node n1    kill_node n1

start_cluster() {
  cluster=$1
  mkdir -p "$cluster/state"
  # The daemon that signs messages refuses folders that others cannot enter.
  chmod 755 "$cluster" "$(dirname "$cluster")"
  export SLURM_CONF=$cluster/slurm.conf
  cat > "$SLURM_CONF" <<CONF
ClusterName=kindred
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=17000
SlurmUser=root
AuthType=auth/munge
# A job that is queued again waits until its credential is no longer valid.
AuthInfo=socket=$cluster/munge.socket,cred_expire=5
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/spool-%n
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmdPidFile=$cluster/%n.pid
SlurmctldLogFile=$cluster/slurmctld.log
SlurmdLogFile=$cluster/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
KillWait=20
SlurmdTimeout=6
ReturnToService=2
NodeName=n[1-2] NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=[17001-17002] CPUs=1 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  mungekey --create --keyfile="$cluster/munge.key"
  munged --force --socket="$cluster/munge.socket" --key-file="$cluster/munge.key" \
    --pid-file="$cluster/munged.pid" --log-file="$cluster/munged.log" --seed-file="$cluster/munged.seed"
  slurmctld
  start_node n1
  start_node n2
  until [ "$(sinfo --noheader --format=%t%D)" = idle2 ]; do sleep 0.2; done
}

start_node() { slurmd -N "$1"; }

# The daemon of a node with all its jobs, as if its power were cut.
kill_node() {
  local daemon environment process parent
  daemon=$(cat "$cluster/$1.pid")
  kill -9 "$daemon"
  for environment in /proc/[0-9]*/environ; do
    process=$(cut -d / -f 3 <<< "$environment")
    if [ "$(tr '\0' '\n' 2> /dev/null < "$environment" |
      grep -cxF -e "SLURMD_NODENAME=$1" -e "SLURM_CONF=$SLURM_CONF")" = 2 ]; then
      # Whoever reports the end of a job to Slurm goes first.
      parent=$(ps -o ppid= -p "$process") || continue
      if [ "$(ps -o comm= -p "$parent")" = slurmstepd ]; then kill -9 "$parent" || true; fi
      kill -9 "$process" 2> /dev/null || true
    fi
  done
  while kill -0 "$daemon" 2> /dev/null; do sleep 0.1; done
}

stop_cluster() {
  local file
  scancel --user=root 2> /dev/null || true
  for file in n1 n2 slurmctld munged; do
    kill "$(cat "$cluster/$file.pid")" 2> /dev/null || true
  done
}
